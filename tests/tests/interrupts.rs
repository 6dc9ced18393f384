//! Ctrl-C at random moments of a run of shell steps: nothing it started is left, what is on record is so, and the run is taken
//! up to its end. Eight of them; a hundred in the soak.

use std::fs;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use stepmark_tests::{Chance, Home, Journal, command_lines, found_out, soak};

/// About as long as the run takes.
const RUN: Duration = Duration::from_millis(900);
const STEPS: [&str; 4] = ["one", "two", "three", "four"];

/// Each step has two processes called `token`, of which one has left its session, and ends them itself if it may.
fn book(token: &str) -> String {
    let step = |name: &&str| {
        format!(
            "```bash {{name={name} idempotent}}\n\
             rm -f far; (exec -a {token} sleep 1000) & near=$!\n\
             setsid bash -c 'echo $$ > far; exec -a {token} sleep 1000' &\n\
             until [ -s far ]; do sleep 0.01; done; sleep 0.05\n\
             kill $near $(cat far); echo {name} >> ran\n```\n\n"
        )
    };
    STEPS.iter().map(step).collect()
}

#[test]
fn an_interrupt_at_any_moment_leaves_no_process_and_a_run_that_says_so_and_goes_on() {
    let mut told = [0; 2];
    for round in 1..=soak(8, 100) {
        let home = Home::new();
        let token = format!("tree-of-{}", home.path().display()).replace('/', "-");
        home.write("book.md", &book(&token));
        let mut child = home.spawn(&["run", "book.md"]);
        home.when_started("book", 1);
        let moment = Chance::of(round).moment(RUN);
        std::thread::sleep(moment);
        if child.try_wait().expect("our child").is_none() {
            // It is not waited for yet, so its number is still its own.
            kill_process(Pid::from_child(&child), Signal::INT).expect("our child");
        }
        let code = child.wait_with_output().expect("our child").status.code();
        let about = format!("round {round}, interrupted after {moment:?}, exit {code:?}");
        let left = command_lines();
        let left = left.iter().find(|line| line.contains(&token));
        assert_eq!(left, None, "{about}");
        assert!(matches!(code, Some(0 | 4)), "{about}");
        told[usize::from(code == Some(4))] += 1;
        every_outcome_is_so(&home, &about);
        if code == Some(4) {
            home.stepmark(&["resume", "last", "--yes"]).exits(0);
            every_outcome_is_so(&home, &about);
        }
        let journal = home.journal("book");
        assert_eq!(succeeded(&journal), STEPS, "{about}");
    }
    found_out(&format!("{} ended, {} were put down", told[0], told[1]));
}

/// The steps that succeeded, in order.
fn succeeded(journal: &Journal) -> Vec<&str> {
    journal
        .of("step_finished")
        .filter(|line| line["outcome"]["status"] == "succeeded")
        .filter_map(|line| line["step"].as_str())
        .collect()
}

/// No attempt is without its outcome, and a step that succeeded did its work.
fn every_outcome_is_so(home: &Home, about: &str) {
    let journal = home.journal("book");
    let finished = journal.of("step_finished").count();
    assert_eq!(journal.started().len(), finished, "{about}");
    let last = journal.types().pop();
    assert!(
        matches!(last, Some("run_paused" | "run_finished")),
        "{about}: {last:?}"
    );
    let ran = fs::read_to_string(home.path().join("ran")).unwrap_or_default();
    for step in succeeded(&journal) {
        let times = ran.lines().filter(|line| *line == step).count();
        let attempts = journal.started().iter().filter(|one| **one == step).count();
        assert!(
            (1..=attempts).contains(&times),
            "{about}: {step} {times} times"
        );
    }
    home.stepmark(&["verify", "last"]).exits(0);
}
