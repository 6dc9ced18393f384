//! Undoing, newest first.

use super::rig::*;
use crate::plan::{Plan, Role};
use crate::progress::{Ending, StepState};
use crate::record::{Event, Mode, PauseReason, TransactionStatus, Verdict};
use crate::runner::{
    Command, Effect, Input, OnFailure, Refusal, Report, may_roll_back, rollback_plan,
};
use crate::{StepId, StepIndex};

/// `a` and `b` with an undo each, `b` with two, and `c` without one.
fn undoable() -> Plan {
    let mut plan = plan(&[
        ("a", "bash", &[]),
        ("b", "bash", &[0]),
        ("c", "bash", &[1]),
        ("undo-a", "bash", &[]),
        ("undo-b", "bash", &[]),
        ("undo-b-too", "bash", &[]),
    ]);
    let undo = [(3, 0), (4, 1), (5, 1)];
    for (at, of) in undo {
        plan.steps[at].role = Role::RollbackOf(StepIndex(of));
    }
    Plan::new(plan.title, plan.digest, plan.steps, plan.document)
}

fn all_done(mode: Mode) -> Rig {
    let mut rig = Rig::new(undoable(), mode);
    if mode == Mode::Interactive {
        rig.command(Command::RunOn);
    } else {
        rig.feed(Input::Continue);
    }
    rig.exit(0, 0).exit(1, 0);
    rig.effects();
    rig
}

fn begun(rig: &Rig) -> Option<(Vec<&str>, Vec<&str>)> {
    rig.log.iter().rev().find_map(|event| match event {
        Event::RollbackStarted { undo, lasting } => Some((
            undo.iter().map(StepId::as_str).collect(),
            lasting.iter().map(StepId::as_str).collect(),
        )),
        _ => None,
    })
}

fn roll_back(rig: &mut Rig) {
    rig.command(Command::RollBack { to: None });
}

#[test]
fn what_was_done_is_undone_newest_first_one_step_after_the_other() {
    let mut rig = all_done(Mode::Interactive);
    rig.exit(2, 0);
    roll_back(&mut rig);
    assert_eq!(
        begun(&rig),
        Some((vec!["undo-b", "undo-b-too", "undo-a"], vec!["c"]))
    );
    assert_eq!(rig.progress.running(), Some(StepIndex(4)));
    rig.exit(4, 0);
    assert_eq!(rig.progress.running(), Some(StepIndex(5)));
    assert_eq!(*rig.state(1), StepState::Succeeded, "half undone");
    rig.exit(5, 0).exit(3, 0);
    let states = ["rolled back", "rolled back", "done", "done", "done", "done"];
    assert_eq!(rig.states(), states);
    rig.command(Command::Leave);
    let ending = rig.progress.ending();
    assert_eq!(ending, Some(&Ending::Finished(Verdict::RolledBack)));
}

#[test]
fn a_failed_step_is_undone_too_and_a_pending_one_is_not() {
    let mut rig = Rig::new(undoable(), Mode::Interactive);
    rig.command(Command::RunOn).exit(0, 0).exit(1, 7);
    roll_back(&mut rig);
    let (undo, lasting) = begun(&rig).unwrap();
    assert_eq!(undo, ["undo-b", "undo-b-too", "undo-a"]);
    assert_eq!(lasting, [""; 0]);
}

#[test]
fn down_to_a_step_leaves_what_was_done_before_it() {
    let mut rig = all_done(Mode::Interactive);
    rig.exit(2, 0);
    let to = Some(StepIndex(1));
    rig.command(Command::RollBack { to });
    assert_eq!(begun(&rig).unwrap().0, ["undo-b", "undo-b-too"]);
    rig.exit(4, 0).exit(5, 0);
    assert_eq!(rig.states()[..2], ["done", "rolled back"]);
    assert_eq!(rig.progress.running(), None);
    rig.command(Command::Leave);
    let stopped = Ending::Paused(PauseReason::Stopped);
    assert_eq!(rig.progress.ending(), Some(&stopped), "`a` is still there");
}

#[test]
fn down_to_a_step_that_was_never_tried_undoes_nothing() {
    let mut rig = Rig::new(undoable(), Mode::Interactive);
    rig.start(0).exit(0, 0);
    let to = Some(StepIndex(1));
    rig.command(Command::RollBack { to });
    let never = Refusal::NotTried(StepId::new("b"));
    assert_eq!(rig.refusals.pop(), Some(never));
    assert_eq!(begun(&rig), None);
}

#[test]
fn nothing_before_the_point_of_no_return_is_undone() {
    let mut plan = undoable();
    plan.steps[1].flow.no_return = true;
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.command(Command::RunOn).exit(0, 0).exit(1, 0).exit(2, 0);
    let found = rollback_plan(&rig.plan, &rig.progress, None);
    assert_eq!(found.undo, [StepIndex(4), StepIndex(5)]);
    assert_eq!(found.barrier, Some(StepIndex(1)));
    roll_back(&mut rig);
    rig.exit(4, 0).exit(5, 0);
    roll_back(&mut rig);
    let barrier = Some(StepId::new("b"));
    assert_eq!(
        may_roll_back(&rig.plan, &rig.progress, None),
        Err(Refusal::NothingToUndo { barrier })
    );
}

#[test]
fn an_undo_that_fails_stops_the_rollback_and_the_next_one_begins_with_it() {
    let mut rig = all_done(Mode::Interactive);
    rig.exit(2, 0);
    roll_back(&mut rig);
    rig.exit(4, 0).exit(5, 3);
    assert_eq!(rig.progress.running(), None, "the rest waits");
    assert_eq!(*rig.state(1), StepState::Succeeded);
    roll_back(&mut rig);
    assert_eq!(rig.progress.running(), Some(StepIndex(4)));
    rig.exit(4, 0).exit(5, 0).exit(3, 0);
    assert_eq!(rig.states()[..2], ["rolled back", "rolled back"]);
}

#[test]
fn an_undo_that_cannot_be_done_can_be_skipped_with_a_reason() {
    let mut rig = all_done(Mode::Interactive);
    rig.exit(2, 0);
    roll_back(&mut rig);
    rig.exit(4, 1);
    rig.command(Command::Skip {
        step: StepIndex(4),
        reason: "done by hand".into(),
    });
    assert_eq!(rig.progress.running(), Some(StepIndex(5)));
    rig.exit(5, 0).exit(3, 0);
    assert_eq!(rig.states()[..2], ["rolled back", "done"]);
}

#[test]
fn a_rollback_waits_for_the_person_an_undo_needs() {
    let mut plan = undoable();
    plan.steps[4].kind = crate::plan::StepKind::Manual;
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.command(Command::RunOn).exit(0, 0).exit(1, 0).exit(2, 0);
    roll_back(&mut rig);
    let asked = Refusal::NeedsTick(StepId::new("undo-b"));
    assert_eq!(rig.refusals.pop(), Some(asked));
    rig.command(Command::Tick {
        step: StepIndex(4),
        values: Vec::new(),
    });
    assert_eq!(rig.progress.running(), Some(StepIndex(5)));
}

#[test]
fn open_transactions_are_ended_before_anything_is_undone() {
    let mut plan = undoable();
    let sql = super::rig::plan(&[("open", "sql", &[])]).steps.remove(0);
    plan.steps.push(sql);
    let plan = Plan::new(plan.title, plan.digest, plan.steps, plan.document);
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0).exit(0, 0).start(6).open();
    rig.sql(6, fine(TransactionStatus::Open));
    rig.effects();
    roll_back(&mut rig);
    assert!(matches!(rig.effects().as_slice(), [Effect::Abandon(_)]));
    rig.feed(Input::Report(Report::Abandoned {
        connection: crate::ConnectionName::default(),
        end: crate::record::TransactionEnd::RolledBack,
    }));
    assert_eq!(*rig.state(6), undone());
    assert_eq!(rig.progress.running(), Some(StepIndex(3)));
}

fn undone() -> StepState {
    StepState::Undone {
        end: crate::record::TransactionEnd::RolledBack,
        by: None,
    }
}

#[test]
fn without_a_person_a_failure_is_followed_by_the_rollback_that_was_asked_for() {
    let mut rig = Rig::new(undoable(), Mode::Headless);
    rig.flow.terms.on_failure = OnFailure::RollBack;
    rig.feed(Input::Continue).exit(0, 0).exit(1, 7);
    assert_eq!(rig.progress.running(), Some(StepIndex(4)));
    rig.exit(4, 0).exit(5, 0).exit(3, 0);
    let rolled_back = Ending::Finished(Verdict::RolledBack);
    assert_eq!(rig.progress.ending(), Some(&rolled_back));
}

#[test]
fn without_a_person_an_undo_that_fails_ends_the_run() {
    let mut rig = Rig::new(undoable(), Mode::Headless);
    rig.flow.terms.on_failure = OnFailure::RollBack;
    rig.feed(Input::Continue).exit(0, 0).exit(1, 7).exit(4, 9);
    let step = StepId::new("undo-b");
    let reason = PauseReason::StepFailed { step };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(reason)));
}

#[test]
fn with_nothing_to_undo_a_rollback_is_refused() {
    let mut rig = Rig::new(undoable(), Mode::Interactive);
    roll_back(&mut rig);
    let nothing = Refusal::NothingToUndo { barrier: None };
    assert_eq!(rig.refusals.pop(), Some(nothing));
    assert_eq!(begun(&rig), None);
}

#[test]
fn a_step_that_was_undone_can_be_done_again_and_then_undone_again() {
    let mut rig = all_done(Mode::Interactive);
    rig.exit(2, 0);
    roll_back(&mut rig);
    rig.exit(4, 0).exit(5, 0).exit(3, 0);
    assert_eq!(rig.progress.next(), None, "nothing runs on by itself");
    rig.start(0).exit(0, 0);
    assert_eq!(rig.states()[0], "done");
    assert_eq!(rig.states()[3], "pending");
    roll_back(&mut rig);
    assert_eq!(begun(&rig).unwrap().0, ["undo-a"]);
}
