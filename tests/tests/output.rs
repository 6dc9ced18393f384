//! A step that prints without end: memory stays bounded, the whole is in its file, and the run goes on.

use std::fs;
use std::process::Stdio;

use stepmark_tests::{Finished, Home, Server};

/// Runs the runbook with nobody reading along, and returns the most memory it had, in KiB.
fn highest(home: &Home, arguments: &[&str]) -> i64 {
    let mut command = home.command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Finished::of(command).exits(0).peak
}

#[test]
fn a_flood_from_a_shell_is_kept_whole_in_bounded_memory() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=flood}\nseq 4000000\n```\n\n```bash {name=next}\necho on\n```\n",
    );
    let peak = highest(&home, &["run", "book.md"]);
    assert!(peak < 64 * 1024, "{peak} KiB");
    let journal = home.journal("book");
    let flood = journal.of("step_finished").next().expect("an outcome");
    assert_eq!(flood["output"]["lines"], 4_000_000);
    let file = journal
        .directory
        .join("outputs")
        .join(flood["output"]["file"].as_str().expect("a file"));
    assert_eq!(
        fs::metadata(file).expect("it is there").len(),
        flood["output"]["bytes"].as_u64().expect("a length")
    );
    assert!(
        flood["output"]["excerpt"]
            .as_str()
            .expect("text")
            .ends_with("3999999\n4000000\n")
    );
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_flood_of_rows_is_kept_whole_in_bounded_memory() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", "```sql {name=flood}\nSELECT n, repeat('x', 60) AS wide FROM generate_series(1, 500000) AS n;\n```\n");
    let peak = highest(&home, &["run", "book.md", "--connect", &server.url()]);
    assert!(peak < 64 * 1024, "{peak} KiB");
    let journal = home.journal("book");
    let flood = journal.of("step_finished").next().expect("an outcome");
    assert_eq!(flood["work"]["rows"], 500_000);
    assert_eq!(flood["output"]["lines"], 500_004);
}

#[test]
fn escapes_of_a_step_reach_neither_screen_nor_file() {
    let home = Home::new();
    home.write("book.md", "# Nasty\n\n```bash {name=nasty}\nprintf '\\033]0;title\\007\\033[2J\\033[31mred\\033[0m a\\rb\\n'\n```\n");
    let outcome = home.stepmark(&["run", "book.md"]).exits(0);
    assert!(
        !outcome.stdout.contains("title") && !outcome.stdout.contains("\x1b]"),
        "{:?}",
        outcome.stdout
    );
    let journal = home.journal("book");
    let excerpt =
        journal.of("step_finished").next().expect("an outcome")["output"]["excerpt"].clone();
    let text = excerpt.as_str().expect("text");
    assert!(
        !text.contains("\x1b[2J") && !text.contains('\r') && !text.contains("title"),
        "{text:?}"
    );
}
