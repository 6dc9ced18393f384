//! What a headless run that was put down says to type next, and unknown steps that are settled by a flag.

use stepmark_tests::{Home, Journal, Outcome};

const BOOK: &str = "```bash {name=slow}\necho x >> slow\nif [ ! -e been ]; then touch been; sleep 1000; fi\n```\n\n\
    ```bash {name=undo-slow rollback=slow}\nrm slow\n```\n\n```bash {name=next}\ntouch next\n```\n";

/// A run whose runner was killed while its first step was at work.
fn killed() -> Home {
    let home = Home::new();
    home.write("book.md", BOOK);
    home.killed(&["run", "book.md"], "been");
    home
}

fn resume(home: &Home, more: &[&str]) -> Outcome {
    let mut arguments = vec!["resume", "last", "--orphans", "kill"];
    arguments.extend(more);
    home.stepmark(&arguments)
}

fn resolved(journal: &Journal) -> (String, String, bool) {
    let line = journal.of("step_resolved").next().expect("it is settled");
    let evidence = &line["evidence"];
    assert_eq!(evidence["by"], "operator");
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    (
        text(&line["resolution"]),
        text(&evidence["reason"]),
        evidence["by_flag"].as_bool().expect("a flag gave it"),
    )
}

#[test]
fn an_unknown_outcome_names_the_commands_that_settle_it() {
    let home = killed();
    let outcome = resume(&home, &[]).exits(75);
    let run = home.journal("book").lines[0]["run"]
        .as_str()
        .expect("an id")
        .to_owned();
    let said = format!(
        "the outcome of step slow is unknown; 0 of 2 steps are done\n\
         next: stepmark resume {run}\n      in a terminal shows the evidence and asks\n      \
         stepmark resume {run} --yes --resolve 'slow=done:REASON'\n      if slow took effect, and goes on\n      \
         stepmark resume {run} --yes --resolve 'slow=not-done:REASON'\n      if it did not, and tries it again\n"
    );
    assert!(outcome.stdout.ends_with(&said), "{}", outcome.stdout);
    let outcome = resume(&home, &["--json"]).exits(75);
    assert!(
        outcome.stderr.contains(&format!("stepmark resume {run}")),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stdout.lines().all(|line| line.starts_with('{')));
}

#[test]
fn a_step_that_was_done_counts_as_done_and_the_run_goes_on() {
    let home = killed();
    resume(
        &home,
        &["--yes", "--resolve", "slow=done: the file: has a line"],
    )
    .exits(0);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["slow", "next"]);
    let expected = ("done".to_owned(), "the file: has a line".to_owned(), true);
    assert_eq!(resolved(&journal), expected);
    home.stepmark(&["verify", "last"]).exits(0);
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["by flag", "the file: has a line"]);
}

#[test]
fn a_step_that_was_not_done_is_tried_again() {
    let home = killed();
    resume(&home, &["--resolve", "slow=not-done:no line there"]).exits(0);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["slow", "slow", "next"]);
    assert_eq!(resolved(&journal).0, "not_done");
}

#[test]
fn a_word_on_a_step_that_is_not_unknown_is_refused_and_nothing_runs() {
    let home = killed();
    resume(&home, &["--resolve", "next=done:x"])
        .exits(2)
        .says(&[
            "step next is pending, and not unknown",
            "unknown in this run: slow",
        ]);
    resume(&home, &["--resolve", "slow=maybe:x"]).exits(2);
    resume(&home, &["--resolve", "slow=done:"]).exits(2);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["slow"]);
    assert_eq!(journal.of("step_resolved").count(), 0);
}

#[test]
fn a_secret_in_the_reason_is_masked() {
    let home = Home::new();
    let front = "---\ninputs:\n  pw: { secret: true, env: PW }\n---\n";
    home.write("book.md", &format!("{front}{BOOK}"));
    let mut command = home.command(&["run", "book.md"]);
    command.env("PW", "hunter2-and-more");
    home.killed_by(command, "been");
    let mut command = home.command(&[
        "resume",
        "last",
        "--orphans",
        "kill",
        "--resolve",
        "slow=done:seen hunter2-and-more there",
    ]);
    command.env("PW", "hunter2-and-more");
    Outcome::of(command).exits(0);
    let (_, reason, _) = resolved(&home.journal("book"));
    assert!(
        !reason.contains("hunter2") && reason.starts_with("seen "),
        "{reason}"
    );
}

#[test]
fn a_failed_step_names_the_commands_that_go_on_and_undo() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=one}\ntouch one\n```\n\n```bash {name=undo-one rollback=one}\nrm one\n```\n\n```bash {name=two}\nfalse\n```\n",
    );
    let outcome = home.stepmark(&["run", "book.md", "--yes"]).exits(1);
    let run = home.journal("book").lines[0]["run"]
        .as_str()
        .expect("an id")
        .to_owned();
    let said = format!(
        "next: stepmark resume {run} --yes\n      tries it again, once what made it fail is mended\n      \
         stepmark rollback {run} --yes\n      undoes what has an undo\n"
    );
    assert!(outcome.stdout.ends_with(&said), "{}", outcome.stdout);
    home.stepmark(&["rollback", &run, "--yes"]).exits(0);
    assert!(!home.path().join("one").exists());
}
