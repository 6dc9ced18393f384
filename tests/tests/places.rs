//! Which runbook is run, and where its log goes and is found again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use stepmark_tests::Home;

#[test]
fn last_is_the_newest_run_whatever_its_runbook() {
    let home = Home::new();
    for name in ["b.md", "a.md"] {
        home.write(name, &format!("# Book {name}\n\n```bash\ntrue\n```\n"));
    }
    for _ in 0..6 {
        for name in ["b.md", "a.md"] {
            home.stepmark(&["run", name]).exits(0);
            home.stepmark(&["report", "last"])
                .exits(0)
                .says(&[&format!("Book {name}")]);
        }
    }
}

#[test]
fn no_name_of_a_file_puts_its_log_elsewhere() {
    let home = Home::new();
    home.write("...md", "```bash\ntrue\n```\n");
    home.stepmark(&["run", "...md"]).exits(0);
    assert_eq!(home.runs("_..").len(), 1);
    let top: Vec<_> = fs::read_dir(home.path())
        .expect("our own folder")
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|name| name != ".local")
        .collect();
    assert_eq!(top.len(), 2, "{top:?}");
}

#[test]
fn a_report_is_private_and_names_its_runbook_from_the_root() {
    let home = Home::new();
    let path = home.write("book.md", "```bash\ntrue\n```\n");
    home.stepmark(&["run", "book.md"])
        .exits(0)
        .says(&["1 step from book.md"]);
    let journal = home.journal("book");
    assert_eq!(journal.lines[0]["path"], path.display().to_string());
    let report = fs::metadata(journal.directory.join("report.md")).expect("a report");
    assert_eq!(report.permissions().mode() & 0o777, 0o600);
    assert!(!journal.directory.join("report.md.new").exists());
}

#[test]
fn the_demo_runs_no_other_file_of_its_name() {
    let home = Home::new();
    fs::create_dir(home.path().join("runbooks")).expect("our own folder");
    home.write(
        "runbooks/postgres-migration-steps.md",
        "```bash {name=foreign}\ntouch foreign\n```\n",
    );
    home.stepmark(&["demo", "--until", "nowhere"])
        .exits(2)
        .says(&["no step called nowhere"]);
    home.stepmark(&["demo", "--until", "foreign"])
        .exits(2)
        .says(&["no step called foreign"]);
}

#[test]
fn a_file_in_the_place_of_a_command_is_told_how_to_be_run() {
    let home = Home::new();
    home.write("plain", "");
    for name in ["x.txt", "plain"] {
        home.stepmark(&[name])
            .exits(2)
            .says(&[&format!("stepmark run -- {name}")]);
    }
    let outcome = home.stepmark(&["frobnicate"]).exits(2);
    assert!(!outcome.stderr.contains("run --"), "{}", outcome.stderr);
}

#[test]
fn a_refused_connection_is_told_in_words() {
    let home = Home::new();
    home.write("book.md", "```sql\nSELECT 1;\n```\n");
    let url = "postgresql://app@127.0.0.1:1/shop";
    let outcome = home
        .stepmark(&["run", "book.md", "--connect", url])
        .exits(3)
        .says(&["Connection refused", "--scratch"]);
    assert!(!outcome.stderr.contains("os error"), "{}", outcome.stderr);
}
