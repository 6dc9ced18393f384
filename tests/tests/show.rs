//! Runs that are shown again: as lines, on the screen, and from somebody else's hands.

use std::fs;

use stepmark_tests::{Home, Pty};

const BOOK: &str = "# Two things\n\n```bash {name=one}\necho first; seq 1 3000\n```\n\n```bash {name=two}\necho second >&2; exit 3\n```\n";

fn ran() -> Home {
    let home = Home::new();
    home.write("book.md", BOOK);
    home.stepmark(&["run", "book.md"]).exits(1);
    home
}

#[test]
fn a_run_is_printed_as_it_was_printed_then() {
    let home = ran();
    let shown = home.stepmark(&["show", "last"]).exits(0).stdout;
    let run = home.journal("book");
    let id = run.lines[0]["run"].as_str().expect("an id");
    assert!(
        shown.starts_with(&format!("Two things\n  run {id}\n  begun ")),
        "{shown}"
    );
    let told = shown.split_once("[1/2] one").expect("its first step").1;
    assert!(told.contains("\n  first\n  1\n"), "{told}");
    assert!(
        told.contains("\n  3000\n  done, "),
        "all of an output that is in a file"
    );
    assert!(
        told.contains("[2/2] two (bash) Two things\n  second\n  FAILED, "),
        "{told}"
    );
    assert!(told.contains("exit code 3"));
    assert!(
        told.ends_with("step two failed; 1 of 2 steps are done\n"),
        "{told}"
    );
    let by_path = home
        .stepmark(&["show", &run.directory.display().to_string()])
        .exits(0);
    assert_eq!(by_path.stdout, shown);
}

#[test]
fn the_screen_goes_over_a_run_record_by_record_and_runs_nothing() {
    let home = ran();
    let before = fs::read(home.journal("book").directory.join("journal.jsonl")).expect("ours");
    let mut pty = Pty::start(home.command(&["show", "last"]), 30, 110);
    pty.shows("Two things");
    pty.press("}");
    pty.shows("✗ two");
    pty.press("\r");
    pty.press("q");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored(), "the terminal is not as it was");
    let after = fs::read(home.journal("book").directory.join("journal.jsonl")).expect("ours");
    assert!(before == after, "showing a run has written to it");
}

#[test]
fn a_terminal_that_asks_for_lines_gets_lines() {
    let home = ran();
    let mut pty = Pty::start(home.command(&["show", "last", "--plain"]), 40, 110);
    assert_eq!(pty.ends().code(), Some(0));
    pty.shows("step two failed; 1 of 2 steps are done");
    assert!(!pty.has_moved());
}

#[test]
fn nothing_of_a_foreign_run_reaches_the_terminal_raw() {
    let home = ran();
    let run = home.journal("book").directory;
    let outputs = fs::read_dir(run.join("outputs")).expect("outputs");
    for file in outputs.flatten() {
        fs::write(
            file.path(),
            "\u{1b}]52;c;ZXZpbA==\u{7}\u{1b}[2J\u{9b}31mevil\r\n".repeat(999),
        )
        .expect("ours");
    }
    let book = run.join("runbook.md");
    fs::write(
        &book,
        "# \u{1b}[2Jevil\n\n```bash {name=one}\necho \u{1b}]0;x\u{7}\n```\n",
    )
    .expect("ours");
    let shown = home.stepmark(&["show", "last", "--plain"]);
    let is_raw = |c: char| c.is_control() && c != '\n' && c != '\t';
    assert!(!shown.stdout.contains(is_raw), "{:?}", shown.stdout);
    assert!(!shown.stderr.contains(is_raw), "{:?}", shown.stderr);
    let journal = run.join("journal.jsonl");
    let text = fs::read_to_string(&journal).expect("ours");
    fs::write(&journal, text.replace("first", "fir\\u001b[2Jst")).expect("ours");
    let shown = home.stepmark(&["show", "last", "--plain"]).exits(1);
    assert!(!shown.stdout.contains(is_raw) && !shown.stderr.contains(is_raw));
    fs::write(&journal, "\u{1b}[2Jnothing\n").expect("ours");
    let shown = home.stepmark(&["show", "last", "--plain"]);
    assert!(!shown.stdout.contains(is_raw) && !shown.stderr.contains(is_raw));
}
