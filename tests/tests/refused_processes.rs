//! A machine that gives its user no further process: the step is refused in words, its outcome is recorded, and the run can be
//! taken up once there is room. Root is not held to that limit (getrlimit(2)), so another user runs it.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;

use stepmark_tests::{Home, Outcome, not_tested, stepmark};

/// Nobody's, so that no other process counts.
const USER: u32 = 54_321;
/// More than the program itself starts, in threads.
const PROCESSES_MAX: u32 = 40;
const BOOK: &str =
    "```bash {name=one}\necho one >> ran\n```\n\n```bash {name=two}\necho two >> ran\n```\n";

/// The binary of that user, who may have so many processes and threads.
fn limited(home: &Home, arguments: &str, processes: u32) -> Outcome {
    let mut bash = home.program("bash");
    bash.arg("-c")
        .arg(format!(
            "ulimit -u {processes}; exec ./stepmark {arguments}"
        ))
        .env("PGUSER", "app")
        .uid(USER)
        .gid(USER);
    Outcome::of(bash)
}

#[test]
fn a_step_whose_process_is_refused_has_failed_in_words_and_its_run_is_taken_up() {
    // SAFETY: it only asks.
    if unsafe { libc::geteuid() } != 0 {
        not_tested("processes that are refused; only root may become a user who has none");
        return;
    }
    let home = Home::new();
    home.write("book.md", BOOK);
    fs::copy(stepmark(), home.path().join("stepmark")).expect("a copy of the program");
    chown(home.path(), Some(USER), Some(USER)).expect("root may");
    let mut told = Vec::new();
    // With too few for our own threads it is refused before anything runs, or the step is; never is anything half done.
    let refused = (1..PROCESSES_MAX).find_map(|processes| {
        let outcome = limited(&home, "run book.md", processes);
        assert!(
            !home.path().join("ran").exists(),
            "{processes}: {outcome:?}"
        );
        assert!(matches!(outcome.code, 1 | 3), "{processes}: {outcome:?}");
        let outcome = outcome.says(&["`ulimit -u`"]);
        told.push(outcome.code);
        (outcome.code == 1).then_some(outcome)
    });
    let refused = refused.unwrap_or_else(|| panic!("never refused a step: {told:?}"));
    refused.says(&[
        "FAILED",
        "no new process could be started",
        "`ulimit -u`",
        "step one failed; 0 of 2 steps are done",
        "stepmark resume",
    ]);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["one"]);
    assert_eq!(journal.outcome("one")["status"], "failed");
    assert_eq!(journal.types().last(), Some(&"run_paused"));
    limited(&home, "verify last", PROCESSES_MAX).exits(0);
    limited(&home, "resume last --yes", PROCESSES_MAX).exits(0);
    let ran = fs::read_to_string(home.path().join("ran")).expect("both ran");
    assert_eq!(ran, "one\ntwo\n");
    limited(&home, "verify last", PROCESSES_MAX).exits(0);
}
