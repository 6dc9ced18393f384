//! What `decide` does only in a rehearsal.

use super::rig::*;
use crate::StepIndex;
use crate::plan::{Confirm, Plan, Retry, RetryAfter, Role};
use crate::progress::StepState;
use crate::record::{Conclusion, Event, Mode, NotRehearsed, Outcome, TransactionStatus};
use crate::runner::{Command, Cut, Effect, Refusal};

fn rehearsal(plan: Plan) -> Rig {
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.flow.terms.rehearsal = true;
    rig
}

#[test]
fn live_and_interactive_steps_are_passed_over_and_what_needs_them_goes_on() {
    let mut book = plan(&[
        ("live", "bash", &[]),
        ("terminal", "bash", &[0]),
        ("next", "bash", &[1]),
    ]);
    book.steps[0].flow.live = true;
    book.steps[0].required = true;
    book.steps[1].shell.interactive = true;
    let mut rig = rehearsal(book.clone());
    rig.start(0).start(1);
    assert_eq!(rig.states(), ["skipped", "skipped", "pending"]);
    let why: Vec<NotRehearsed> = rig
        .log
        .iter()
        .filter_map(|event| match event {
            Event::StepNotRehearsed { why, .. } => Some(*why),
            _ => None,
        })
        .collect();
    assert_eq!(why, [NotRehearsed::Live, NotRehearsed::Interactive]);
    rig.start(2);
    assert_eq!(rig.states(), ["skipped", "skipped", "running"]);
    let mut real = Rig::new(book, Mode::Interactive);
    real.start(0);
    assert_eq!(real.states()[0], "running");
}

#[test]
fn the_rehearsal_answers_and_ticks_and_that_is_on_record() {
    let mut book = plan(&[("asks", "bash", &[]), ("by-hand", "manual", &[0])]);
    book.steps[0].confirm = Some(Confirm::Typed("yes, drop it".into()));
    let mut rig = rehearsal(book.clone());
    rig.start(0).exit(0, 0).start(1);
    assert_eq!(rig.states(), ["done", "done"]);
    let answers: Vec<(&str, bool, bool)> = rig
        .log
        .iter()
        .filter_map(|event| match event {
            Event::StepConfirmed {
                answer,
                by_flag,
                by_rehearsal,
                ..
            } => Some((answer.as_str(), *by_flag, *by_rehearsal)),
            _ => None,
        })
        .collect();
    assert_eq!(answers, [("yes, drop it", false, true), ("y", false, true)]);
    let mut real = Rig::new(book, Mode::Interactive);
    real.start(0);
    assert_eq!(real.states()[0], "pending");
}

#[test]
fn a_step_that_is_broken_off_is_recorded_as_it_was_sent_and_not_tried_again_by_itself() {
    let mut book = plan(&[("one; two", "sql", &[])]);
    book.steps[0].flow.retry = Some(Retry {
        count: 3,
        delay: std::time::Duration::ZERO,
        after: RetryAfter::AnyFailure,
    });
    let mut rig = rehearsal(book);
    let step = StepIndex(0);
    rig.command(Command::BreakOff { step, at: 4 }).open();
    let sent = rig.log.iter().find_map(|event| match event {
        Event::StepStarted { text, .. } => Some(text.clone()),
        _ => None,
    });
    let sent = sent.expect("an intent");
    assert!(
        sent.starts_with("one;\nDO $rehearsal$ BEGIN RAISE"),
        "{sent}"
    );
    assert_eq!(rig.flow.cut, Some(Cut { step, at: 4 }));
    rig.effects();
    rig.sql(0, refused("P0001", TransactionStatus::Idle));
    assert_eq!(rig.states(), ["failed"]);
    assert_eq!(rig.flow.cut, None);
    let is_retried = |effect: &Effect| matches!(effect, Effect::Retry { .. });
    assert!(!rig.effects().iter().any(is_retried));
    rig.start(0);
    rig.sql(0, fine(TransactionStatus::Idle));
    assert!(matches!(outcome(&rig, 0), Some(Outcome::Succeeded { .. })));
    let last = rig.log.iter().rev().find_map(|event| match event {
        Event::StepStarted { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(last, Some("one; two"));
}

#[test]
fn outside_a_rehearsal_nothing_is_broken_off_and_nothing_of_one_is_recorded() {
    let mut rig = Rig::new(plan(&[("one; two", "sql", &[])]), Mode::Interactive);
    let step = StepIndex(0);
    let conclusion = Conclusion {
        holds: true,
        because: Vec::new(),
        steps: Vec::new(),
    };
    rig.command(Command::BreakOff { step, at: 4 })
        .command(Command::Compared(Box::default()))
        .command(Command::Conclude(Box::new(conclusion)));
    assert_eq!(rig.refusals, vec![Refusal::NotRehearsal; 3]);
    assert_eq!(rig.log, []);
}

#[test]
fn an_undo_that_is_live_is_passed_over_and_its_step_stays_done() {
    let book = plan(&[("a", "bash", &[]), ("undo-a", "bash", &[])]);
    let mut steps = book.steps;
    steps[1].role = Role::RollbackOf(StepIndex(0));
    steps[1].flow.live = true;
    let mut rig = rehearsal(Plan::new(book.title, book.digest, steps, book.document));
    rig.start(0).exit(0, 0);
    rig.command(Command::RollBack {
        to: Some(StepIndex(0)),
    });
    assert_eq!(rig.states(), ["done", "skipped"]);
    assert_eq!(*rig.state(1), StepState::Skipped);
}
