//! How a run is put down: sessions closed, open transactions settled, last record written.

use super::background;
use super::permitted::is_due_anyway;
use super::rollback::is_rolled_back;
use super::starting::launch;
use super::{Decision, Effect, Flow};
use crate::plan::{Plan, StepKind};
use crate::progress::{Progress, StepState};
use crate::record::{Event, PauseReason, TransactionStatus, Verdict};
use crate::{StepId, StepIndex};

/// Why the run is being put down, and how far that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Why.
    pub reason: PauseReason,
    /// Whether a stop was asked for again: no further `always` step starts.
    pub hurried: bool,
    /// Whether the open sessions were told to end.
    pub closing: bool,
}

impl Flow {
    /// Wishes the run put down, unless that is wished already; [`super::Input::Continue`] carries it out.
    pub(super) fn leave(&mut self, reason: PauseReason) {
        self.advance = super::Advance::Wait;
        self.wanted = None;
        self.retrying = None;
        self.settling = None;
        self.rolling = None;
        self.leaving.get_or_insert(Leaving {
            reason,
            hurried: false,
            closing: false,
        });
    }
}

/// The next piece of putting the run down: run what always runs, close what is open, then write the last record.
pub(super) fn go_on_leaving(plan: &Plan, progress: &Progress, flow: &mut Flow) -> Decision {
    if let Some(decision) = last_steps(plan, progress, flow) {
        return decision;
    }
    if let Some(decision) = background::stop_all(progress, flow) {
        return decision;
    }
    let Some(mut leaving) = flow.leaving.take() else {
        return Decision::none();
    };
    let closing = std::mem::replace(&mut leaving.closing, true);
    if !closing {
        leaving.reason = worst(plan, progress, flow, leaving.reason);
    }
    let reason = leaving.reason.clone();
    flow.leaving = Some(leaving);
    if closing && !flow.open.is_empty() {
        return Decision::none();
    }
    if !flow.open.is_empty() {
        return Decision {
            effects: flow.open.iter().cloned().map(Effect::Close).collect(),
            ..Decision::none()
        };
    }
    let event = match verdict(plan, progress) {
        Some(verdict) => Event::RunFinished { verdict },
        None => Event::RunPaused { reason },
    };
    flow.ended = true;
    Decision {
        events: vec![event],
        effects: vec![Effect::End],
        refusal: None,
    }
}

/// How the run comes out if it is left now; none where something is left to do, so that it is put down and can be taken up.
pub fn verdict(plan: &Plan, progress: &Progress) -> Option<Verdict> {
    // Before a rollback that could not begin or go on, everything was done; that is no success of the rollback.
    if progress.is_complete(plan) && progress.next_undo().is_none() {
        return Some(Verdict::Succeeded);
    }
    is_rolled_back(plan, progress).then_some(Verdict::RolledBack)
}

/// The next piece of what runs before the end: open transactions are rolled back, so that what an `always` step does stays,
/// then such steps start one by one, each once.
fn last_steps(plan: &Plan, progress: &Progress, flow: &mut Flow) -> Option<Decision> {
    let leaving = flow.leaving.as_ref()?;
    if leaving.closing || leaving.hurried {
        return None;
    }
    // It waited for the end of the background step that it stops.
    if let Some(step) = flow.wanted.take() {
        return Some(launch(plan, progress, flow, step));
    }
    let step = due(plan, progress)
        .find(|step| !flow.last_tried.contains(step) && runs_alone(plan, flow, *step))?;
    let open = progress
        .connections()
        .find(|(_, known)| known.transaction != TransactionStatus::Idle);
    if let Some((connection, _)) = open {
        flow.abandoning = Some(connection.clone());
        return Some(Decision::effect(Effect::Abandon(connection.clone())));
    }
    flow.last_tried.insert(step);
    Some(launch(plan, progress, flow, step))
}

/// The `always` steps that have to run now that the run ends, in document order.
pub(super) fn due(plan: &Plan, progress: &Progress) -> impl Iterator<Item = StepIndex> {
    plan.indexed()
        .filter(|(index, step)| {
            let state = &progress.step(*index).state;
            let undone = matches!(
                state,
                StepState::Pending | StepState::Undone { by: None, .. }
            );
            step.is_main() && undone && is_due_anyway(plan, progress, *index)
        })
        .map(|(index, _)| index)
}

/// Whether `step` can run without a person.
pub(super) fn runs_alone(plan: &Plan, flow: &Flow, step: StepIndex) -> bool {
    let planned = plan.step(step);
    let answered = planned
        .confirm
        .as_ref()
        .is_none_or(|question| flow.terms.answers(&planned.id, question));
    answered && (planned.kind != StepKind::Manual || flow.terms.ticks())
}

/// A failed or unknown step, or a transaction left open at the end, says more than that somebody left; a step that
/// was cancelled because somebody asked for a stop does not.
fn worst(plan: &Plan, progress: &Progress, flow: &Flow, reason: PauseReason) -> PauseReason {
    let part_done = reason == PauseReason::PartDone;
    if reason != PauseReason::Stopped && !part_done {
        return reason;
    }
    let first = |wanted: fn(&StepState) -> bool| {
        progress
            .first_main(plan, wanted)
            .map(|index| plan.step(index).id.clone())
    };
    if let Some(step) = first(|state| *state == StepState::Unknown) {
        return PauseReason::StepUnknown { step };
    }
    if progress.stop_requested() {
        return PauseReason::Stopped;
    }
    if let Some(step) = first(|state| *state == StepState::Failed) {
        return PauseReason::StepFailed { step };
    }
    // What was asked for is no more done when its transaction is, or was, rolled back at the end of the run.
    let undone = |state: &StepState| matches!(state, StepState::Held | StepState::Undone { .. });
    if let Some(until) = flow.terms.until.filter(|_| part_done)
        && undone(&progress.step(until).state)
    {
        let step = plan.step(until).id.clone();
        return PauseReason::TransactionLeftOpen { step };
    }
    match last_held(plan, progress) {
        Some(step) if progress.next().is_none() => PauseReason::TransactionLeftOpen { step },
        _ => reason,
    }
}

fn last_held(plan: &Plan, progress: &Progress) -> Option<StepId> {
    progress
        .connections()
        .filter_map(|(_, connection)| connection.held.last())
        .max()
        .map(|index| plan.step(*index).id.clone())
}
