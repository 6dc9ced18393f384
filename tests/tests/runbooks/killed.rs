//! `kill -9` of the runner at the boundaries of steps, and of each runner that takes its run up.

use std::collections::BTreeSet;
use std::process::Stdio;

use stepmark_tests::{Outcome, soak};

use crate::clusters::Stage;

/// Steps that ended so far in the newest run of the runbook, each once however often it was begun again.
fn ended(stage: &Stage, stem: &str) -> usize {
    let Some(run) = stage.home.runs(stem).pop() else {
        return 0;
    };
    let text = std::fs::read_to_string(run.join("journal.jsonl")).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let finished = whole
        .lines()
        .filter(|line| line.contains("\"type\":\"step_finished\""));
    let step = |line: &str| {
        let rest = line.split("\"step\":\"").nth(1)?;
        Some(rest.split('"').next()?.to_owned())
    };
    let steps: BTreeSet<String> = finished.filter_map(step).collect();
    steps.len()
}

/// Runs the runbook, and kills its runner each time so many more steps have ended. Gives the last outcome and how many
/// runners were killed.
pub(crate) fn walk(stage: &Stage, stem: &str, every: usize) -> (Outcome, u32) {
    let mut kills = 0;
    loop {
        let verb = if kills == 0 { "run" } else { "resume" };
        let aim = ended(stage, stem) + every;
        let printed = stage.home.path().join("printed");
        let file = std::fs::File::create(&printed).expect("our own folder");
        let mut command = stage.command(verb, &[]);
        let same = file.try_clone().expect("one more of it");
        let mut child = command
            .stdout(file)
            .stderr(Stdio::from(same))
            .spawn()
            .expect("it starts");
        let status = loop {
            if let Some(status) = child.try_wait().expect("our child") {
                break Some(status);
            }
            if ended(stage, stem) >= aim {
                break None;
            }
            std::thread::sleep(std::time::Duration::from_micros(500));
        };
        match status {
            Some(status) => {
                let stdout = std::fs::read_to_string(&printed).expect("our own folder");
                let outcome = Outcome {
                    code: status.code().unwrap_or(-1),
                    stdout,
                    stderr: String::new(),
                };
                return (outcome, kills);
            }
            None => {
                child.kill().expect("our child");
                child.wait().expect("our child");
                kills += 1;
                // Its last step was over, and it may have come to its end before it was killed.
                if stage.home.journal(stem).types().last() == Some(&"run_finished") {
                    let outcome = Outcome {
                        code: 0,
                        stdout: String::new(),
                        stderr: String::new(),
                    };
                    return (outcome, kills);
                }
            }
        }
    }
}

/// Kills at boundaries all along, and wants the end that a run has which nobody kills.
fn check(stage: &Stage, stem: &'static str, every: u32, kills_min: u32) {
    let every = usize::try_from(every).expect("a small number");
    let (outcome, kills) = walk(stage, stem, every);
    outcome.exits(0);
    assert!(kills >= kills_min, "{kills} runners were killed");
    stage.home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn the_migration_steps_come_to_their_end_whatever_kills_their_runner() {
    let stage = Stage::of_change("postgres-migration-steps", 1_000);
    check(&stage, "postgres-migration-steps", soak(5, 1), 3);
    assert_eq!(stage.sql("default", "SELECT count(*) FROM orders"), "1200");
}

#[test]
fn the_production_change_comes_to_its_end_whatever_kills_its_runner() {
    let stage = Stage::of_change("production-change", 1_000);
    check(&stage, "production-change", soak(6, 1), 3);
    let statuses = "SELECT count(*) FROM orders WHERE status = 'pending'";
    assert_eq!(stage.sql("shop", statuses), "1000");
}

#[test]
fn the_move_through_postgres_fdw_comes_to_its_end_whatever_kills_its_runner() {
    let stage = Stage::of_move("fdw-move", 1_000);
    check(&stage, "fdw-move", soak(7, 1), 3);
    let next = "INSERT INTO orders (user_id, total) VALUES (1, 1) RETURNING id";
    assert_eq!(stage.sql("destination_server", next), "1001");
    let orders = "SELECT count(*) FROM orders";
    assert_eq!(stage.sql("destination_server", orders), "1001");
}
