//! The structure is what `ARCHITECTURE.md` says, and files keep to the house style.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a workspace")
        .to_owned()
}

/// The rows of the layer table: package, our crates, other crates.
fn table() -> Vec<(String, BTreeSet<String>, BTreeSet<String>)> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is there");
    let words = |cell: &str| cell.split_whitespace().map(str::to_owned).collect();
    text.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [layer, package, ours, others] = cells[..] else {
                return None;
            };
            layer.parse::<u8>().ok()?;
            Some((
                package.trim_matches('`').to_owned(),
                words(ours),
                words(others),
            ))
        })
        .collect()
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--locked",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

#[test]
fn crates_depend_only_on_what_the_layer_table_names() {
    let table = table();
    let packages = packages();
    assert_eq!(
        packages.len(),
        table.len() + 1,
        "every crate but the tests has a row"
    );
    for (package, ours, others) in table {
        let found = packages
            .iter()
            .find(|known| known["name"] == package.as_str());
        let found = found.unwrap_or_else(|| panic!("no package {package}"));
        let mut dependencies = (BTreeSet::new(), BTreeSet::new());
        for dependency in found["dependencies"].as_array().expect("a list") {
            let name = dependency["name"].as_str().expect("a name");
            if !dependency["kind"].is_null() {
                continue;
            }
            match name.strip_prefix("stepmark-") {
                Some(ours) => dependencies.0.insert(ours.to_owned()),
                None => dependencies.1.insert(name.to_owned()),
            };
        }
        assert_eq!(dependencies, (ours, others), "{package}");
    }
}

fn rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut todo = vec![root().join("crates"), root().join("tests")];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(folder).expect("our own folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(path);
            }
        }
    }
    files
}

#[test]
fn files_are_small_and_say_what_they_are_for() {
    for file in rust_files() {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let lines = text.lines().count();
        assert!(lines <= 600, "{} has {lines} lines", file.display());
        assert!(
            text.starts_with("//!"),
            "{} does not say what it is for",
            file.display()
        );
    }
}

#[test]
fn pure_crates_ban_the_ways_to_the_outside() {
    for name in ["core", "sql", "parse"] {
        let path = root().join("crates").join(name).join("clippy.toml");
        let text = fs::read_to_string(path).expect("a clippy.toml");
        for banned in [
            "SystemTime::now",
            "std::env::var",
            "std::fs::File",
            "std::process::Command",
            "std::thread::spawn",
        ] {
            assert!(text.contains(banned), "{name} does not ban {banned}");
        }
    }
}

#[test]
fn the_readme_lists_the_exit_codes_of_the_help_text() {
    let readme = fs::read_to_string(root().join("README.md")).expect("it is there");
    for (exit, meaning) in stepmark_cli::Exit::TABLE {
        let row = format!("| {} | {meaning} |", exit.code());
        assert!(readme.contains(&row), "README has no row {row}");
    }
}
