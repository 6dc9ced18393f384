//! What can be done about an unknown step: what is promised is what the runner then does.

use super::rig::*;
use super::unknown_tests::{probed, taken_up};
use crate::plan::{Expectation, Generated, Plan, Role, SessionState};
use crate::progress::Ending;
use crate::record::{Event, Evidence, Mode, Resolution, TransactionStatus};
use crate::runner::{Command, Effect, Input, Refusal, Ways, Witness};
use crate::{Attempt, ConnectionName, StepId, StepIndex};

const A: StepIndex = StepIndex(0);

/// `a` was under way when its runner was killed, and its COMMIT was announced if `announced`.
fn killed(plan: Plan, announced: bool) -> Rig {
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0).open();
    if announced {
        rig.record(Event::CommitAnnounced {
            step: StepId::new("a"),
            attempt: Attempt(1),
            connection: ConnectionName::default(),
            transaction_id: "741".into(),
        });
    }
    taken_up(rig, Mode::Interactive)
}

fn ways(rig: &Rig) -> Ways {
    Ways::of(&rig.plan, &rig.progress, A)
}

/// What settling by evidence does: the event it records, the step it starts, or whether it asks the server.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    NotDone,
    Started(StepIndex),
    Asked,
    Nothing,
}

fn settled(mut rig: Rig) -> Came {
    rig.effects();
    rig.command(Command::Settle(A));
    if rig.flow.opening.is_some() {
        rig.open();
    }
    let is_not_done = |event: &Event| {
        matches!(
            event,
            Event::StepResolved {
                resolution: Resolution::NotDone,
                evidence: Evidence::NeverCommitted,
                ..
            }
        )
    };
    let asks = |effect: &Effect| matches!(effect, Effect::Resolve { .. });
    match rig.progress.running() {
        Some(step) => Came::Started(step),
        None if rig.log.iter().any(is_not_done) => Came::NotDone,
        None if rig.effects().iter().any(asks) => Came::Asked,
        None => Came::Nothing,
    }
}

#[test]
fn the_witness_that_is_named_is_the_one_that_is_heard() {
    let bare = || {
        let mut plan = probed();
        plan.steps[2].role = Role::Main;
        Plan::new(plan.title, plan.digest, plan.steps, plan.document)
    };
    let changed = |change: fn(&mut Plan)| {
        let mut plan = probed();
        change(&mut plan);
        plan
    };
    let transaction: fn(&mut Plan) = |plan| plan.steps[0].sql.transaction = true;
    let both: fn(&mut Plan) = |plan| {
        plan.steps[0].sql.transaction = true;
        plan.steps[0].flow.idempotent = true;
    };
    let looks: fn(&mut Plan) = |plan| {
        plan.steps[0].expectation = Some(Expectation::Holds);
        plan.steps[0].sql.asks_only = true;
    };
    let idempotent: fn(&mut Plan) = |plan| plan.steps[0].flow.idempotent = true;
    let probe = Witness::Probe(StepIndex(2));
    let (never, server, again) = (Witness::NeverCommitted, Witness::Server, Witness::Again);
    let cases = [
        (bare(), false, None, Came::Nothing),
        (probed(), false, Some(probe), Came::Started(StepIndex(2))),
        (changed(transaction), false, Some(never), Came::NotDone),
        (changed(transaction), true, Some(server), Came::Asked),
        (changed(both), false, Some(never), Came::NotDone),
        (changed(both), true, Some(server), Came::Asked),
        (changed(idempotent), false, Some(again), Came::Started(A)),
        (changed(looks), false, Some(again), Came::Started(A)),
    ];
    for (at, (plan, announced, witness, came)) in cases.into_iter().enumerate() {
        let rig = killed(plan, announced);
        let found = ways(&rig);
        assert_eq!(found.witness, witness, "case {at}");
        let is_probe = matches!(witness, None | Some(Witness::Probe(_)));
        assert_eq!(
            found.probe,
            (!is_probe).then_some(StepIndex(2)),
            "case {at}"
        );
        assert_eq!(settled(rig), came, "case {at}");
    }
}

#[test]
fn the_server_that_the_statements_it_made_ran_on_is_asked() {
    let mut plan = probed();
    let other = ConnectionName::new("other");
    plan.steps[0].sql.transaction = true;
    plan.steps[0].sql.generated = Some(Generated::On(other.clone()));
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.flow.open.insert(other.clone());
    rig.start(0).open();
    rig.record(Event::CommitAnnounced {
        step: StepId::new("a"),
        attempt: Attempt(1),
        connection: other.clone(),
        transaction_id: "741".into(),
    });
    let mut rig = taken_up(rig, Mode::Interactive);
    rig.flow.open.insert(other.clone());
    rig.command(Command::Settle(A));
    let ask = Effect::Resolve {
        step: A,
        attempt: Attempt(1),
        connection: other,
        transaction_id: "741".into(),
    };
    assert_eq!(rig.effects(), [ask]);
}

#[test]
fn an_undo_that_may_run_again_is_offered_once() {
    let mut plan = plan(&[("a", "bash", &[]), ("undo", "bash", &[])]);
    plan.steps[1].role = Role::RollbackOf(A);
    let mut idempotent = plan.clone();
    idempotent.steps[1].flow.idempotent = true;
    for (plan, witness, again) in [
        (plan, None, true),
        (idempotent, Some(Witness::Again), false),
    ] {
        let plan = Plan::new(plan.title, plan.digest, plan.steps, plan.document);
        let mut rig = Rig::new(plan, Mode::Interactive);
        rig.start(0).exit(0, 0);
        rig.command(Command::RollBack { to: None });
        assert_eq!(rig.progress.running(), Some(StepIndex(1)));
        let rig = taken_up(rig, Mode::Interactive);
        let found = Ways::of(&rig.plan, &rig.progress, StepIndex(1));
        assert_eq!((found.witness, found.again), (witness, again));
    }
}

#[test]
fn a_step_that_may_not_start_now_is_not_offered_to_start_again() {
    let mut plan = plan(&[("a", "bash", &[]), ("other", "bash", &[])]);
    plan.steps[0].flow.idempotent = true;
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0);
    let mut rig = taken_up(rig, Mode::Interactive);
    assert_eq!(ways(&rig).witness, Some(Witness::Again));
    rig.start(1);
    assert_eq!(ways(&rig).witness, None, "another one runs");
}

#[test]
fn without_a_person_what_a_lost_session_had_puts_the_run_down_and_nothing_waits_for_ever() {
    let mut plan = plan(&[("set", "sql", &[]), ("a", "sql", &[0])]);
    plan.steps[0].sql.leaves = vec![SessionState::Setting];
    plan.steps[1].flow.idempotent = true;
    let mut rig = Rig::new(plan, Mode::Interactive);
    rig.start(0).open().sql(0, fine(TransactionStatus::Idle));
    rig.start(1);
    let mut rig = taken_up(rig, Mode::Headless);
    rig.feed(Input::Continue).open();
    let refused = rig.refusals.last();
    assert!(
        matches!(refused, Some(Refusal::SessionStateMissing { .. })),
        "{refused:?}"
    );
    rig.close(None);
    let ending = rig.progress.ending();
    assert!(matches!(ending, Some(Ending::Paused(_))), "{ending:?}");
}
