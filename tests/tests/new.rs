//! `stepmark new`: what it writes passes the check as it is, stands whole or not at all, and replaces nothing.

use std::fs;

use stepmark_tests::{Home, Server};

/// The templates that `--list` names.
fn templates(home: &Home) -> Vec<String> {
    let listed = home.stepmark(&["new", "--list"]).exits(0);
    let rows = listed.stdout.lines().take_while(|line| !line.is_empty());
    let names = rows.filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[test]
fn every_template_passes_the_check_as_it_is_created() {
    let home = Home::new();
    let names = templates(&home);
    assert!(
        names.contains(&"blank".to_owned()) && names.len() >= 2,
        "{names:?}"
    );
    for name in &names {
        let file = format!("{name}/book.md");
        fs::create_dir(home.path().join(name)).unwrap();
        let new = home.stepmark(&["new", &format!("{name}/book"), "--from", name]);
        let new = new.exits(0);
        assert!(
            new.stdout.contains(&format!("wrote {file}\n")),
            "{}",
            new.stdout
        );
        home.stepmark(&["check", &file, "--deny-warnings"])
            .exits(0)
            .says(&["1 file, 0 errors, 0 warnings"]);
    }
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
}

#[test]
fn a_blank_runbook_runs_to_its_end_and_back() {
    let (home, server) = (Home::new(), Server::new());
    let new = home.stepmark(&["new", "add-status"]).exits(0);
    assert!(
        new.stdout.starts_with("wrote add-status.md\n"),
        "{}",
        new.stdout
    );
    let text = fs::read_to_string(home.path().join("add-status.md")).unwrap();
    assert!(text.contains("\n# Add status\n"), "{text}");
    let to = ["--connect", &server.url()];
    home.stepmark(&[&["run", "add-status.md", "--yes"], &to[..]].concat())
        .exits(0);
    let there = "SELECT to_regclass('notes') IS NOT NULL";
    assert_eq!(server.sql(there), "t");
    home.stepmark(&[&["rollback", "last", "--yes"], &to[..]].concat())
        .exits(0);
    assert_eq!(server.sql(there), "f");
    home.stepmark(&["rehearse", "add-status.md", "--every-step"])
        .exits(0);
}

#[test]
fn what_is_typed_next_is_a_command_that_there_is() {
    let home = Home::new();
    for name in templates(&home) {
        let new = home.stepmark(&["new", &name, "--from", &name]).exits(0);
        let mut typed = new
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix("  stepmark "));
        assert!(typed.clone().count() >= 3, "{}", new.stdout);
        typed.all(|line| {
            let words: Vec<&str> = line.split("  ").next().unwrap().split(' ').collect();
            home.stepmark(&[&words[..], &["--help"]].concat()).exits(0);
            true
        });
    }
}

#[test]
fn nothing_that_exists_is_replaced() {
    let home = Home::new();
    let procedure = ["--from", "postgres-migration-steps"];
    home.write("book.md", "mine");
    home.stepmark(&["new", "book"])
        .exits(3)
        .says(&["book.md is there already; nothing was written"]);
    home.stepmark(&[&["new", "book.md"], &procedure[..]].concat())
        .exits(3)
        .says(&["book.md is there already"]);
    assert!(
        !home.path().join("fixtures").exists(),
        "half of it was made"
    );
    assert_eq!(
        fs::read_to_string(home.path().join("book.md")).unwrap(),
        "mine"
    );

    home.stepmark(&[&["new", "one"], &procedure[..]].concat())
        .exits(0);
    // A second runbook shares the fixture that is there, as it is.
    home.stepmark(&[&["new", "two"], &procedure[..]].concat())
        .exits(0);
    home.write("fixtures/shop.sql", "mine");
    home.stepmark(&[&["new", "three"], &procedure[..]].concat())
        .exits(3)
        .says(&["fixtures/shop.sql is there already"]);
    assert!(!home.path().join("three.md").exists());
    assert_eq!(
        fs::read_to_string(home.path().join("fixtures/shop.sql")).unwrap(),
        "mine"
    );
}

#[test]
fn what_cannot_be_written_is_told_with_what_to_do() {
    let home = Home::new();
    home.write("words.md", "");
    home.stepmark(&["new", "words.md/book"])
        .exits(3)
        .says(&["cannot write words.md/book.md: ", "nothing was written"]);
    home.stepmark(&["new", "book", "--from", "fdw-mvoe"])
        .exits(2)
        .says(&[
            "there is no template called fdw-mvoe",
            "stepmark new --list",
        ]);
    home.stepmark(&["new", "book", "--from", "blnk"])
        .exits(2)
        .says(&["did you mean blank?"]);
    home.stepmark(&["new"]).exits(2).says(&["NAME"]);
    home.stepmark(&["new", "."])
        .exits(2)
        .says(&["names no file"]);
    assert!(home.leftovers().is_empty());
}
