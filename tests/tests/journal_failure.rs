//! When the log cannot be written any more nothing further runs, and what is not recorded is said.

use stepmark_tests::{Home, Outcome};

/// The binary under a file size limit, in 512-byte blocks (POSIX, `ulimit -f`).
fn limited(home: &Home, blocks: u32) -> Outcome {
    let mut shell = home.program("sh");
    shell.arg("-c").arg(format!(
        "ulimit -f {blocks}; exec \"$STEPMARK\" run book.md"
    ));
    Outcome::of(shell)
}

#[test]
fn an_output_that_cannot_be_kept_stops_the_run_and_the_outcome_is_told() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=one}\necho hello\n```\n\n```bash {name=flood}\nseq 200000; exit 7\n```\n\n```bash {name=next}\ntouch never\n```\n",
    );
    limited(&home, 1200)
        .exits(74)
        .says(&["outputs", "NOT RECORDED: flood: "]);
    assert!(!home.path().join("never").exists());
    assert_eq!(home.journal("book").started(), ["one", "flood"]);
    home.stepmark(&["verify", "last"])
        .exits(0)
        .says(&["unfinished"]);
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["flood — unknown", "next — pending"]);
}

#[test]
fn a_journal_that_cannot_hold_the_intent_starts_nothing() {
    let home = Home::new();
    home.write("book.md", "```bash {name=one}\ntouch never\n```\n");
    limited(&home, 2)
        .exits(74)
        .says(&["the log could not be written"]);
    assert!(!home.path().join("never").exists());
    assert!(home.journal("book").started().is_empty());
}
