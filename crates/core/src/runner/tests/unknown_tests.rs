//! Unknown outcomes, and runs that are taken up again.

use super::rig::*;
use crate::plan::{Expectation, Finding, Plan, Role, StepKind};
use crate::progress::{Ending, Progress, StepState};
use crate::record::{Event, Evidence, Mode, PauseReason, Record, Resolution, TransactionStatus};
use crate::runner::{Command, Effect, Flow, Input, Refusal, SqlEnded, SqlStop, Terms, after_death};
use crate::{Attempt, Digest, StepId, StepIndex, Timestamp};

/// `a` with a probe, and `b` after it.
pub(super) fn probed() -> Plan {
    let mut plan = plan(&[("a", "sql", &[]), ("b", "bash", &[0]), ("is-a", "sql", &[])]);
    plan.steps[2].role = Role::ProbeOf(StepIndex(0));
    plan.steps[2].expectation = Some(Expectation::Holds);
    Plan::new(plan.title, plan.digest, plan.steps, plan.document)
}

/// The run of `rig` as another runner finds it after the first was killed.
pub(super) fn taken_up(rig: Rig, mode: Mode) -> Rig {
    let mut next = Rig::new(rig.plan, mode);
    next.progress = rig.progress;
    for event in after_death(&next.plan, &next.progress) {
        next.record(event);
    }
    let header = header();
    next.record(Event::RunResumed {
        header: Box::new(header),
    });
    next.flow = Flow::new(Terms::new(mode));
    next
}

/// Killed while `a` was under way.
fn killed(plan: Plan, mode: Mode) -> Rig {
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0).open();
    let rig = taken_up(rig, mode);
    assert_eq!(rig.states()[0], "unknown");
    rig
}

/// What readers say of a step that was settled.
fn resolved_in_words(event: &Event) -> Option<String> {
    let Event::StepResolved {
        resolution,
        evidence,
        ..
    } = event
    else {
        return None;
    };
    let how = evidence.phrase(*resolution);
    Some(format!("{}: {how}", resolution.words()))
}

fn seen(met: bool) -> SqlEnded {
    SqlEnded {
        finding: Some(Finding {
            met,
            seen: "f".into(),
        }),
        ..fine(TransactionStatus::Idle)
    }
}

#[test]
fn a_probe_that_sees_the_effect_settles_its_step_and_the_run_goes_on() {
    let mut rig = killed(probed(), Mode::Headless);
    rig.feed(Input::Continue).open();
    assert_eq!(rig.progress.running(), Some(StepIndex(2)));
    rig.sql(2, seen(true));
    let resolved = Event::StepResolved {
        step: StepId::new("a"),
        attempt: Attempt(1),
        resolution: Resolution::Done,
        evidence: Evidence::Probe {
            probe: StepId::new("is-a"),
            attempt: Attempt(1),
        },
    };
    assert!(rig.log.contains(&resolved), "{:?}", rig.log);
    assert_eq!(rig.progress.running(), Some(StepIndex(1)));
}

#[test]
fn a_probe_that_sees_nothing_proves_nothing_unless_the_step_is_all_or_nothing() {
    let mut rig = killed(probed(), Mode::Headless);
    rig.feed(Input::Continue)
        .open()
        .sql(2, seen(false))
        .close(None);
    let step = StepId::new("a");
    let unknown = PauseReason::StepUnknown { step };
    assert_eq!(rig.progress.ending(), Some(&Ending::Paused(unknown)));

    let mut plan = probed();
    plan.steps[0].sql.atomic = true;
    let mut rig = killed(plan, Mode::Headless);
    rig.feed(Input::Continue).open().sql(2, seen(false));
    assert_eq!(rig.progress.running(), Some(StepIndex(0)), "it runs again");
    let told: Vec<String> = rig.log.iter().filter_map(resolved_in_words).collect();
    assert_eq!(told, ["was not done: probe is-a does not see its effect"]);
    assert_eq!(rig.progress.step(StepIndex(0)).attempt, Some(Attempt(2)));
}

#[test]
fn what_flags_say_of_unknown_steps_is_recorded_before_anything_else_happens() {
    for (mode, resolution) in [
        (Mode::Headless, Resolution::Done),
        (Mode::Interactive, Resolution::NotDone),
    ] {
        let mut rig = killed(probed(), mode);
        let said = (resolution, "I saw it".to_owned());
        rig.flow.terms.resolutions.insert(StepIndex(0), said);
        assert!(rig.flow.wants_more());
        rig.feed(Input::Continue).open();
        let resolved = Event::StepResolved {
            step: StepId::new("a"),
            attempt: Attempt(1),
            resolution,
            evidence: Evidence::Operator {
                reason: "I saw it".to_owned(),
                by_flag: true,
            },
        };
        assert!(rig.log.contains(&resolved), "{:?}", rig.log);
        let expected = (resolution == Resolution::Done).then_some(StepIndex(1));
        assert_eq!(rig.progress.running(), expected);
    }
}

#[test]
fn a_step_that_failed_before_and_is_skipped_now_is_not_run_again() {
    let mut rig = Rig::new(
        plan(&[("a", "bash", &[]), ("b", "bash", &[0])]),
        Mode::Interactive,
    );
    rig.start(0).exit(0, 1);
    let mut rig = taken_up(rig, Mode::Interactive);
    rig.command(Command::Skip {
        step: StepIndex(0),
        reason: "by hand".into(),
    });
    rig.command(Command::RunOn);
    assert_eq!(rig.progress.running(), Some(StepIndex(1)));
}

#[test]
fn an_idempotent_step_simply_starts_again() {
    let mut plan = probed();
    plan.steps[0].flow.idempotent = true;
    let mut rig = killed(plan, Mode::Headless);
    rig.feed(Input::Continue).open();
    assert_eq!(rig.progress.running(), Some(StepIndex(0)));
    assert_eq!(rig.progress.step(StepIndex(0)).attempt, Some(Attempt(2)));
}

#[test]
fn an_announced_transaction_is_asked_about_once_the_session_is_proven_new() {
    let mut plan = probed();
    plan.steps[0].sql.transaction = true;
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0).open();
    rig.record(Event::CommitAnnounced {
        step: StepId::new("a"),
        attempt: Attempt(1),
        connection: crate::ConnectionName::default(),
        transaction_id: "741".into(),
    });
    let mut rig = taken_up(rig, Mode::Headless);
    rig.feed(Input::Continue);
    assert!(matches!(rig.effects().as_slice(), [Effect::Open(_)]));
    rig.open();
    assert!(matches!(rig.effects().as_slice(), [Effect::Resolve { .. }]));
}

#[test]
fn a_transaction_whose_commit_was_not_announced_was_not_committed_and_runs_again() {
    let mut plan = probed();
    plan.steps[0].sql.transaction = true;
    let mut rig = killed(plan, Mode::Headless);
    rig.feed(Input::Continue).open();
    let resolved = Event::StepResolved {
        step: StepId::new("a"),
        attempt: Attempt(1),
        resolution: Resolution::NotDone,
        evidence: Evidence::NeverCommitted,
    };
    assert!(rig.log.contains(&resolved), "{:?}", rig.log);
    rig.feed(Input::Continue);
    assert_eq!(rig.progress.running(), Some(StepIndex(0)));
    assert_eq!(rig.progress.step(StepIndex(0)).attempt, Some(Attempt(2)));
}

#[test]
fn the_operator_says_what_was_done_with_a_reason_after_the_old_session_is_gone() {
    let cases = [(Resolution::Done, "done"), (Resolution::NotDone, "failed")];
    for (resolution, word) in cases {
        let mut rig = killed(probed(), Mode::Interactive);
        let say = |reason: &str| Command::Resolve {
            step: StepIndex(0),
            resolution,
            reason: reason.into(),
        };
        rig.command(say("  "));
        assert_eq!(rig.refusals.pop(), Some(Refusal::NeedsReason));
        rig.command(say("looked at the table"));
        assert_eq!(rig.states()[0], "unknown", "not before the session is open");
        rig.open();
        assert_eq!(rig.states()[0], word);
        if resolution == Resolution::NotDone {
            let told = failure(&rig, 0).headline();
            assert_eq!(told, "the operator says: looked at the table");
        }
    }
}

#[test]
fn no_probe_and_no_undo_begins_while_the_old_session_may_still_be_at_work() {
    let mut plan = probed();
    let undo = super::rig::plan(&[("undo", "bash", &[])]).steps.remove(0);
    plan.steps[2].kind = undo.kind;
    plan.steps[2].connection = None;
    plan.steps.push(undo);
    plan.steps[3].role = Role::RollbackOf(StepIndex(0));
    let plan = Plan::new(plan.title, plan.digest, plan.steps, plan.document);
    let commands = [
        (Command::Probe(StepIndex(0)), 2),
        (Command::RollBack { to: None }, 3),
    ];
    for (command, runs) in commands {
        let mut rig = killed(plan.clone(), Mode::Interactive);
        rig.effects();
        rig.command(command);
        assert!(matches!(rig.effects().as_slice(), [Effect::Open(_)]));
        assert_eq!(rig.progress.running(), None);
        rig.open();
        assert_eq!(rig.progress.running(), Some(StepIndex(runs)));
    }
}

#[test]
fn a_tick_that_was_not_recorded_whole_is_no_lost_connection() {
    let mut rig = Rig::new(plan(&[("a", "manual", &[])]), Mode::Interactive);
    rig.record(Event::StepStarted {
        step: StepId::new("a"),
        attempt: Attempt(1),
        kind: StepKind::Manual,
        text: "a".into(),
        digest: Digest::of("a"),
        connection: None,
    });
    let rig = taken_up(rig, Mode::Interactive);
    assert_eq!(rig.states(), ["failed"]);
    let told = failure(&rig, 0).headline();
    assert_eq!(told, "that it was ticked was not recorded whole");
}

#[test]
fn a_step_that_nothing_can_tell_of_says_so() {
    let steps: &[(&str, &str, &[usize])] = &[("a", "bash", &[])];
    let mut rig = Rig::new(plan(steps), Mode::Interactive);
    rig.start(0);
    let mut rig = taken_up(rig, Mode::Interactive);
    rig.command(Command::Settle(StepIndex(0)));
    let refusal = Refusal::NoEvidence(StepId::new("a"));
    assert_eq!(rig.refusals.pop(), Some(refusal));
}

#[test]
fn a_step_that_is_not_unknown_is_not_settled() {
    let mut rig = Rig::new(probed(), Mode::Interactive);
    rig.command(Command::Settle(StepIndex(0)));
    let refusal = Refusal::NotUnknown(StepId::new("a"));
    assert_eq!(rig.refusals.pop(), Some(refusal));
}

#[test]
fn a_session_that_cannot_be_opened_leaves_the_step_unknown() {
    let mut rig = killed(probed(), Mode::Headless);
    rig.feed(Input::Continue).open_fails();
    assert_eq!(rig.states()[0], "unknown");
    assert!(matches!(
        rig.progress.ending(),
        Some(Ending::Paused(PauseReason::Target { .. }))
    ));
}

#[test]
fn what_failed_before_is_tried_again_by_the_runner_that_takes_the_run_up() {
    let steps: &[(&str, &str, &[usize])] = &[("a", "bash", &[]), ("b", "bash", &[0])];
    let mut rig = Rig::new(plan(steps), Mode::Headless);
    rig.feed(Input::Continue).exit(0, 1);
    assert_eq!(rig.states(), ["failed", "pending"]);
    let mut rig = taken_up(rig, Mode::Headless);
    rig.feed(Input::Continue);
    assert_eq!(rig.states(), ["running", "pending"]);
    rig.exit(0, 0).exit(1, 0);
    assert_eq!(rig.states(), ["done", "done"]);
}

#[test]
fn rows_that_only_the_dead_runner_knew_are_asked_for_again() {
    let mut plan = plan(&[("rows", "sql", &[]), ("same", "sql", &[0])]);
    plan.steps[1].expectation = Some(Expectation::SameAs(StepIndex(0)));
    plan.steps[0].sql.asks_only = true;
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0).open().sql(0, fine(TransactionStatus::Idle));
    let mut rig = taken_up(rig, Mode::Headless);
    rig.feed(Input::Continue).open();
    assert_eq!(rig.progress.running(), Some(StepIndex(0)));
    rig.sql(0, fine(TransactionStatus::Idle));
    assert_eq!(rig.progress.running(), Some(StepIndex(1)));
}

#[test]
fn a_rollback_that_was_cut_off_goes_on_where_it_was() {
    let mut plan = plan(&[
        ("a", "bash", &[]),
        ("undo", "bash", &[]),
        ("more", "bash", &[]),
    ]);
    for undo in [1, 2] {
        plan.steps[undo].role = Role::RollbackOf(StepIndex(0));
    }
    let plan = Plan::new(plan.title, plan.digest, plan.steps, plan.document);
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0).exit(0, 0);
    rig.command(Command::RollBack { to: None }).exit(1, 0);
    assert_eq!(rig.progress.running(), Some(StepIndex(2)));
    let mut rig = taken_up(rig, Mode::Headless);
    assert_eq!(rig.progress.next_undo(), Some(StepIndex(2)));
    rig.command(Command::RollBack { to: None });
    assert_eq!(
        rig.progress.running(),
        Some(StepIndex(1)),
        "written to be run again"
    );
    rig.exit(1, 0).exit(2, 0);
    assert_eq!(*rig.state(0), StepState::RolledBack);
}

#[test]
fn a_lost_session_does_not_settle_by_itself_while_somebody_watches() {
    let mut rig = Rig::new(probed(), Mode::Interactive);
    rig.start(0).open();
    let lost = SqlEnded {
        stop: Some(SqlStop::Lost {
            message: "gone".into(),
            in_doubt: true,
        }),
        statements: 1,
        ..SqlEnded::default()
    };
    rig.sql(0, lost);
    assert_eq!(rig.states()[0], "unknown");
    rig.effects();
    rig.command(Command::Settle(StepIndex(0)));
    assert!(matches!(rig.effects().as_slice(), [Effect::Open(_)]));
}

#[test]
fn the_fold_of_a_run_that_was_taken_up_is_all_there_is() {
    let rig = killed(probed(), Mode::Interactive);
    let mut replayed = Progress::new(&rig.plan);
    let mut first = Rig::new(probed(), Mode::Interactive);
    first.start(0).open();
    for (at, event) in first.log.iter().chain(&rig.log).enumerate() {
        let record = Record {
            seq: at as u64 + 1,
            at: Timestamp::from_micros(0),
            event: event.clone(),
        };
        replayed.apply(&rig.plan, &record);
    }
    assert_eq!(replayed, rig.progress);
}
