//! How a run is put down: sessions closed, open transactions settled, last record written.

use super::{Decision, Effect, Flow};
use crate::StepId;
use crate::plan::Plan;
use crate::progress::{Progress, StepState};
use crate::record::{Event, PauseReason, Verdict};

/// Why the run is being put down, and how far that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Why.
    pub reason: PauseReason,
    /// Whether the open sessions were told to end.
    pub closing: bool,
}

impl Flow {
    /// Wishes the run put down, unless that is wished already; [`super::Input::Continue`] carries it out.
    pub(super) fn leave(&mut self, reason: PauseReason) {
        self.advance = super::Advance::Wait;
        self.wanted = None;
        self.leaving.get_or_insert(Leaving {
            reason,
            closing: false,
        });
    }
}

/// The next piece of putting the run down: close what is open, then write the last record.
pub(super) fn go_on_leaving(plan: &Plan, progress: &Progress, flow: &mut Flow) -> Decision {
    let Some(leaving) = &mut flow.leaving else {
        return Decision::none();
    };
    if !leaving.closing {
        leaving.closing = true;
        leaving.reason = worst(plan, progress, leaving.reason.clone());
    } else if !flow.open.is_empty() {
        return Decision::none();
    }
    if !flow.open.is_empty() {
        return Decision {
            effects: flow.open.iter().cloned().map(Effect::Close).collect(),
            ..Decision::none()
        };
    }
    let event = if progress.is_complete(plan) {
        Event::RunFinished {
            verdict: Verdict::Succeeded,
        }
    } else {
        Event::RunPaused {
            reason: leaving.reason.clone(),
        }
    };
    flow.ended = true;
    Decision {
        events: vec![event],
        effects: vec![Effect::End],
        refusal: None,
    }
}

/// A failed or unknown step, or a transaction left open at the end, says more than that somebody left; a step that
/// was cancelled because somebody asked for a stop does not.
fn worst(plan: &Plan, progress: &Progress, reason: PauseReason) -> PauseReason {
    if reason != PauseReason::Stopped {
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
        return reason;
    }
    if let Some(step) = first(|state| *state == StepState::Failed) {
        return PauseReason::StepFailed { step };
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
