//! The search for programs, on made-up installations and on the real one.

use crate::{Error, Programs};
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn install(bindir: &Path, version: &str) {
    std::fs::create_dir_all(bindir).unwrap();
    for name in ["initdb", "pg_ctl", "postgres", "psql", "pg_dump"] {
        script(
            &bindir.join(name),
            &format!("echo 'postgres (PostgreSQL) {version}'"),
        );
    }
}

fn script(path: &Path, text: &str) {
    std::fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn environment(pairs: &[(&str, &Path)]) -> impl Fn(&str) -> Option<OsString> + use<> {
    let pairs: Vec<(String, OsString)> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.as_os_str().to_owned()))
        .collect();
    move |name| {
        pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }
}

#[test]
fn the_named_directory_wins_over_path() {
    let root = tempfile::tempdir().unwrap();
    let (named, path) = (root.path().join("named"), root.path().join("path"));
    install(&named, "14.2");
    install(&path, "16.1");
    let env = environment(&[("STEPMARK_PG_BIN", &named), ("PATH", &path)]);
    let found = Programs::find(&env).unwrap();
    assert_eq!(
        (found.bindir(), found.version().major()),
        (named.as_path(), 14)
    );
    let installed = Programs::installed(&env);
    assert_eq!(installed[0].bindir(), named);
    assert_eq!(installed[1].bindir(), path);
}

#[test]
fn a_named_directory_without_programs_is_an_error_even_when_others_exist() {
    let root = tempfile::tempdir().unwrap();
    install(&root.path().join("path"), "16.1");
    let env = environment(&[
        ("STEPMARK_PG_BIN", root.path()),
        ("PATH", &root.path().join("path")),
    ]);
    let error = Programs::find(&env).unwrap_err();
    let expected = format!(
        "the PostgreSQL programs in {} cannot be used: no initdb",
        root.path().display()
    );
    assert_eq!(error.to_string(), expected);
    assert!(error.hint().unwrap().contains("STEPMARK_PG_BIN"));
}

#[test]
fn a_directory_of_wrappers_without_initdb_is_passed_over_for_what_pg_config_says() {
    let root = tempfile::tempdir().unwrap();
    let (wrappers, server) = (root.path().join("wrappers"), root.path().join("server"));
    install(&wrappers, "0");
    install(&server, "15.18");
    std::fs::remove_file(wrappers.join("initdb")).unwrap();
    script(
        &wrappers.join("pg_config"),
        &format!("echo {}", server.display()),
    );
    let found = Programs::find(&environment(&[("PATH", &wrappers)])).unwrap();
    assert_eq!(found.bindir(), server);
    assert_eq!(found.version().to_string(), "15.18");
    assert_eq!(found.psql(), server.join("psql"));
}

#[test]
fn one_installation_reached_by_two_names_is_listed_once() {
    let root = tempfile::tempdir().unwrap();
    let (real, link) = (root.path().join("real"), root.path().join("link"));
    install(&real, "15.18");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let joined = std::env::join_paths([&link, &real]).unwrap();
    let installed = Programs::installed(&environment(&[("PATH", Path::new(&joined))]));
    let ours = installed
        .iter()
        .filter(|found| found.bindir().starts_with(root.path()));
    assert_eq!(ours.count(), 1);
}

#[test]
fn a_program_that_prints_no_version_is_refused_by_name() {
    let root = tempfile::tempdir().unwrap();
    install(root.path(), "15.18");
    script(&root.path().join("postgres"), "exit 3");
    let error = Programs::at(root.path()).unwrap_err().to_string();
    let expected = format!(
        "{} --version prints no version",
        root.path().join("postgres").display()
    );
    assert!(error.ends_with(&expected), "{error}");
}

#[test]
fn the_error_for_missing_programs_lists_every_place_and_every_installer() {
    let looked = vec![
        crate::Looked {
            place: "$PATH".to_owned(),
            reason: "no initdb".to_owned(),
        },
        crate::Looked {
            place: "/usr/lib/postgresql/*/bin".to_owned(),
            reason: "nothing there".to_owned(),
        },
    ];
    let error = Error::Missing { looked };
    assert_eq!(
        error.to_string(),
        "no PostgreSQL server programs found; looked in\n  $PATH: no initdb\n  /usr/lib/postgresql/*/bin: nothing there"
    );
    let hint = error.hint().unwrap();
    for installer in ["apt-get install", "dnf install", "brew install"] {
        assert!(hint.contains(installer), "{hint}");
    }
}

#[test]
fn the_installation_of_this_machine_is_found() {
    let found = Programs::find_here().unwrap();
    assert!(found.version().major() >= 12, "{found:?}");
    assert!(found.pg_dump().is_file());
}
