//! Undoing what a run did, newest first. Each undo is a step of its own, with intent and outcome.

use super::lasting::leaves_something;
use super::starting::begin;
use super::unknown::unproven;
use super::{Advance, Decision, Effect, Flow, Refusal, background};
use crate::plan::{Plan, Role};
use crate::progress::{Progress, StepState};
use crate::record::{Event, Mode, PauseReason, TransactionStatus};
use crate::{ConnectionName, StepId, StepIndex};

/// What a rollback would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RollbackPlan {
    /// The steps that undo, in the order they would run.
    pub undo: Vec<StepIndex>,
    /// The steps that may have left something and have no undo, newest first: it stays.
    pub lasting: Vec<StepIndex>,
    /// The `no-return` step that nothing before is undone because of.
    pub barrier: Option<StepIndex>,
}

/// A rollback under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rolling {
    /// How far back it goes: down to this step, or over all of the run.
    pub to: Option<StepIndex>,
    /// Whether its beginning is recorded.
    pub started: bool,
    /// The undo step that a person was asked about.
    pub asked: Option<StepIndex>,
    /// Why the run is put down once it is over; none when it goes on.
    pub then_leave: Option<PauseReason>,
}

impl Rolling {
    /// A rollback down to `to`, after which the run goes on.
    pub fn down_to(to: Option<StepIndex>) -> Self {
        Self {
            to,
            started: false,
            asked: None,
            then_leave: None,
        }
    }
}

/// What undoing down to `to`, or all of the run, would do; nothing where `to` was never tried. A step that was tried counts
/// as done whatever came of it: a failed or unknown one may have left something behind.
pub fn rollback_plan(plan: &Plan, progress: &Progress, to: Option<StepIndex>) -> RollbackPlan {
    if to.is_some_and(|to| progress.step(to).attempt.is_none()) {
        return RollbackPlan::default();
    }
    let mut tried: Vec<StepIndex> = plan
        .indexed()
        .filter(|(index, step)| step.is_main() && progress.step(*index).attempt.is_some())
        .map(|(index, _)| index)
        .collect();
    tried.sort_by_key(|index| std::cmp::Reverse(progress.step(*index).intent_seq));
    let mut found = RollbackPlan::default();
    for index in tried {
        if may_have_done(&progress.step(index).state) {
            let before = found.undo.len();
            found.undo.extend(plan.undo_of(index));
            if found.undo.len() == before && leaves_something(plan, progress, index) {
                found.lasting.push(index);
            }
        }
        if plan.step(index).flow.no_return {
            found.barrier = Some(index);
            break;
        }
        if to == Some(index) {
            break;
        }
    }
    found
}

fn may_have_done(state: &StepState) -> bool {
    match state {
        StepState::Succeeded | StepState::Failed | StepState::Unknown | StepState::Up => true,
        StepState::Pending
        | StepState::Running
        | StepState::Held
        | StepState::Undone { .. }
        | StepState::RolledBack
        | StepState::Skipped
        | StepState::NotNeeded => false,
    }
}

/// Whether the rollback can begin now, and what it would do.
///
/// # Errors
/// What is in the way.
pub fn may_roll_back(
    plan: &Plan,
    progress: &Progress,
    to: Option<StepIndex>,
) -> Result<RollbackPlan, Refusal> {
    if progress.ending().is_some() {
        return Err(Refusal::RunEnded);
    }
    if let Some(running) = progress.running() {
        return Err(Refusal::StepRunning(plan.step(running).id.clone()));
    }
    if let Some(to) = to.filter(|to| progress.step(*to).attempt.is_none()) {
        return Err(Refusal::NotTried(plan.step(to).id.clone()));
    }
    let found = rollback_plan(plan, progress, to);
    match found.undo.is_empty() {
        true => Err(Refusal::NothingToUndo {
            barrier: found.barrier.map(|index| plan.step(index).id.clone()),
        }),
        false => Ok(found),
    }
}

/// The operator wishes it, all of it or down to a step.
pub(super) fn asked(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    to: Option<StepIndex>,
) -> Decision {
    if let Err(refusal) = may_roll_back(plan, progress, to) {
        let reason = PauseReason::Stopped;
        if flow.terms.mode == Mode::Headless {
            flow.leave(reason);
        }
        return Decision::refuse(refusal);
    }
    flow.advance = Advance::Wait;
    flow.retrying = None;
    flow.wanted = None;
    let then_leave = (flow.terms.mode == Mode::Headless).then_some(PauseReason::Stopped);
    flow.rolling = Some(Rolling {
        then_leave,
        ..Rolling::down_to(to)
    });
    Decision::none()
}

/// The next piece of a rollback: transactions and background steps are ended, its beginning is recorded, then the steps
/// that undo run one by one.
pub(super) fn go_on_rolling(plan: &Plan, progress: &Progress, flow: &mut Flow) -> Decision {
    let Some(mut rolling) = flow.rolling.take() else {
        return Decision::none();
    };
    if !rolling.started {
        let open = progress
            .connections()
            .find(|(_, known)| known.transaction != TransactionStatus::Idle);
        if let Some((connection, _)) = open {
            flow.rolling = Some(rolling);
            flow.abandoning = Some(connection.clone());
            return Decision::effect(Effect::Abandon(connection.clone()));
        }
        if let Some(decision) = background::stop_all(progress, flow) {
            flow.rolling = Some(rolling);
            return decision;
        }
        let found = rollback_plan(plan, progress, rolling.to);
        if let Some(connection) = unproven_among(plan, progress, flow, &found.undo) {
            flow.rolling = Some(rolling);
            flow.opening = Some(connection.clone());
            return Decision::effect(Effect::Open(connection));
        }
        rolling.started = true;
        flow.rolling = Some(rolling);
        return begun(plan, &found);
    }
    match progress.next_undo() {
        None => {
            if let Some(reason) = rolling.then_leave {
                flow.leave(reason);
            }
            Decision::none()
        }
        Some(step) => {
            let decision = begin(plan, progress, flow, step);
            rolling.asked = decision.refusal.as_ref().and(Some(step));
            let goes_on = match &decision.refusal {
                None => true,
                Some(refusal) => refusal.asks_a_person(),
            };
            if goes_on && flow.leaving.is_none() {
                flow.rolling = Some(rolling);
            }
            decision
        }
    }
}

/// The connection of an unknown step among those that `undo` undoes, whose old session may still be at work.
fn unproven_among(
    plan: &Plan,
    progress: &Progress,
    flow: &Flow,
    undo: &[StepIndex],
) -> Option<ConnectionName> {
    undo.iter().find_map(|undo| match plan.step(*undo).role {
        Role::RollbackOf(of) if progress.step(of).state == StepState::Unknown => {
            unproven(plan, flow, of).cloned()
        }
        Role::RollbackOf(_) | Role::Main | Role::ProbeOf(_) => None,
    })
}

fn begun(plan: &Plan, found: &RollbackPlan) -> Decision {
    let ids = |steps: &[StepIndex]| -> Vec<StepId> {
        steps
            .iter()
            .map(|step| plan.step(*step).id.clone())
            .collect()
    };
    Decision::event(Event::RollbackStarted {
        undo: ids(&found.undo),
        lasting: ids(&found.lasting),
    })
}

/// A step that undoes has ended: when it did not do what it should, the rollback stops there.
pub(super) fn undo_ended(plan: &Plan, flow: &mut Flow, step: StepIndex, well: bool) {
    if !matches!(plan.step(step).role, Role::RollbackOf(_)) {
        return;
    }
    if well {
        let rolling = flow.rolling.get_or_insert(Rolling {
            started: true,
            ..Rolling::down_to(None)
        });
        rolling.asked = None;
    } else {
        flow.rolling = None;
    }
}

/// Whether nothing is left of the run that it could undo.
pub(super) fn is_rolled_back(plan: &Plan, progress: &Progress) -> bool {
    progress.rollback().is_some()
        && progress.next_undo().is_none()
        && rollback_plan(plan, progress, None).undo.is_empty()
}
