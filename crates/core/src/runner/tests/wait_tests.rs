//! `wait`: look after look with one intent.

use super::rig::{Rig, failure, fine, headless, plan, refused, shell};
use crate::output::OutputSummary;
use crate::plan::{Finding, Plan, Wait};
use crate::progress::Ending;
use crate::record::{Event, Failure, Mode, PauseReason, TransactionStatus};
use crate::runner::{Activity, Command, Effect, Input, Report, SqlEnded, WorkEnded};
use crate::{Attempt, ConnectionName, StepIndex};
use std::time::Duration;

fn waits(word: &str, steady: u64) -> Plan {
    let mut plan = plan(&[("a", word, &[]), ("b", "bash", &[0])]);
    plan.steps[0].flow.wait = Some(Wait {
        every: Duration::from_secs(2),
        steady: Duration::from_secs(steady),
    });
    plan.steps[0].timeout = Some(Duration::from_secs(60));
    plan
}

fn look(rig: &mut Rig, ended: WorkEnded, second: u64) -> Vec<Effect> {
    rig.feed(Input::Report(Report::Polled {
        step: StepIndex(0),
        attempt: Attempt(1),
        ended,
        elapsed_us: second * 1_000_000,
    }));
    rig.effects()
}

fn sees(met: bool, seen: &str) -> WorkEnded {
    WorkEnded::Sql(SqlEnded {
        finding: Some(Finding {
            met,
            seen: seen.into(),
        }),
        ..fine(TransactionStatus::Idle)
    })
}

fn conclude(rig: &mut Rig) {
    rig.feed(Input::Report(Report::Concluded {
        step: StepIndex(0),
        attempt: Attempt(1),
        duration_us: 9,
        output: OutputSummary::empty(),
    }));
}

fn poll_after(seconds: u64) -> Effect {
    Effect::Poll {
        step: StepIndex(0),
        attempt: Attempt(1),
        after: Duration::from_secs(seconds),
    }
}

const CONCLUDE: Effect = Effect::Conclude {
    step: StepIndex(0),
    attempt: Attempt(1),
};

#[test]
fn a_wait_looks_until_its_condition_has_held_long_enough_with_one_intent() {
    let mut rig = headless(waits("sql", 3));
    rig.feed(Input::Continue).open().effects();
    assert_eq!(look(&mut rig, sees(false, "3"), 1), [poll_after(2)]);
    assert_eq!(look(&mut rig, sees(true, "0"), 3), [poll_after(2)]);
    assert_eq!(look(&mut rig, sees(false, "1"), 5), [poll_after(2)]);
    assert_eq!(look(&mut rig, sees(true, "0"), 7), [poll_after(2)]);
    let held = match rig.flow.activity(&rig.progress) {
        Activity::Waiting(glimpse) => (glimpse.looks, glimpse.held),
        other => panic!("{other:?}"),
    };
    assert_eq!(held, (4, Some(Duration::ZERO)));
    assert_eq!(look(&mut rig, sees(true, "0"), 9), [poll_after(1)]);
    assert_eq!(look(&mut rig, sees(true, "0"), 10), [CONCLUDE]);
    conclude(&mut rig);
    assert_eq!(rig.states(), ["done", "running"]);
    let polls = rig.progress.step(StepIndex(0)).polls.clone().unwrap();
    let seen: Vec<_> = polls
        .seen
        .iter()
        .map(|poll| (poll.after_us / 1_000_000, poll.finding.seen.as_str()))
        .collect();
    assert_eq!(polls.count, 6);
    assert_eq!(seen, [(1, "3"), (3, "0"), (5, "1"), (7, "0")]);
    let intents = rig
        .log
        .iter()
        .filter(|event| matches!(event, Event::StepStarted { .. }))
        .count();
    assert_eq!(intents, 2, "one for the wait, one for what follows");
}

#[test]
fn a_sql_error_ends_a_wait_and_an_exit_code_does_not() {
    let mut rig = headless(waits("sql", 0));
    rig.feed(Input::Continue).open().effects();
    let error = WorkEnded::Sql(refused("42P01", TransactionStatus::Idle));
    assert_eq!(look(&mut rig, error, 1), [CONCLUDE]);
    conclude(&mut rig);
    assert!(matches!(failure(&rig, 0), Failure::Server(_)));

    let mut rig = headless(waits("bash", 0));
    rig.feed(Input::Continue).effects();
    assert_eq!(
        look(&mut rig, WorkEnded::Shell(shell(7)), 1),
        [poll_after(2)]
    );
    assert_eq!(look(&mut rig, WorkEnded::Shell(shell(0)), 3), [CONCLUDE]);
    conclude(&mut rig);
    assert_eq!(rig.states(), ["done", "running"]);
}

#[test]
fn a_wait_between_two_looks_is_cancelled_and_timed_out_at_once() {
    let mut rig = Rig::new(waits("bash", 0), Mode::Interactive);
    rig.start(0);
    look(&mut rig, WorkEnded::Shell(shell(1)), 1);
    rig.command(Command::Cancel);
    assert!(rig.effects().contains(&CONCLUDE));
    conclude(&mut rig);
    assert!(matches!(failure(&rig, 0), Failure::Cancelled { .. }));

    let mut rig = Rig::new(waits("bash", 0), Mode::Interactive);
    rig.start(0);
    look(&mut rig, WorkEnded::Shell(shell(1)), 1);
    rig.feed(Input::TimedOut {
        step: StepIndex(0),
        attempt: Attempt(1),
    });
    conclude(&mut rig);
    assert!(
        matches!(failure(&rig, 0), Failure::TimedOut { after_us, .. } if *after_us == 60_000_000)
    );
}

#[test]
fn a_session_lost_between_two_looks_ends_the_wait() {
    let mut rig = Rig::new(waits("sql", 0), Mode::Interactive);
    rig.start(0).open();
    look(&mut rig, sees(false, "3"), 1);
    rig.feed(Input::Report(Report::Lost {
        connection: ConnectionName::default(),
        message: "gone".into(),
    }));
    assert_eq!(rig.effects(), [CONCLUDE]);
    conclude(&mut rig);
    assert!(matches!(failure(&rig, 0), Failure::Lost { .. }));
    assert!(rig.flow.open.is_empty());
}

#[test]
fn a_wait_that_lost_its_session_is_why_a_headless_run_ended() {
    let mut rig = headless(waits("sql", 0));
    rig.feed(Input::Continue).open();
    look(&mut rig, sees(false, "3"), 1);
    rig.feed(Input::Report(Report::Lost {
        connection: ConnectionName::default(),
        message: "gone".into(),
    }));
    conclude(&mut rig);
    let step = rig.plan.steps[0].id.clone();
    let reason = PauseReason::StepFailed { step };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}
