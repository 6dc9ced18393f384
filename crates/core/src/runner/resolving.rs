//! A `transaction` step whose COMMIT was not answered: its server is asked what became of the transaction.

use super::{Decision, Effect, Flow, Resolving, session_state};
use crate::plan::Plan;
use crate::progress::{Progress, StepState};
use crate::record::{Event, Evidence, Fate, Mode, Outcome, PauseReason, Resolution};
use crate::{Attempt, StepIndex};

/// Whether the server can tell of an attempt that is unknown only for want of an answer to its announced COMMIT. It has no
/// `outcome` where its runner was gone.
pub(super) fn can_tell(
    plan: &Plan,
    progress: &Progress,
    step: StepIndex,
    outcome: Option<&Outcome>,
) -> bool {
    let planned = plan.step(step);
    let is_announced = progress.step(step).transaction_id.is_some();
    let is_in_doubt = matches!(outcome, Some(Outcome::Unknown { .. }) | None);
    planned.sql.transaction && is_announced && planned.ends_on().is_some() && is_in_doubt
}

/// What asks the server about an attempt, if it can tell of that one.
pub(super) fn ask(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
    outcome: Option<&Outcome>,
) -> Option<Effect> {
    if !can_tell(plan, progress, step, outcome) {
        return None;
    }
    let connection = plan.step(step).ends_on()?.clone();
    let transaction_id = progress.step(step).transaction_id.clone()?;
    flow.resolving = Some(Resolving { step, attempt });
    Some(Effect::Resolve {
        step,
        attempt,
        connection,
        transaction_id,
    })
}

/// The server has answered, or could not be asked: then the step stays unknown.
pub(super) fn answered(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
    fate: Option<Fate>,
) -> Decision {
    let known = progress.step(step);
    flow.resolving = flow
        .resolving
        .filter(|asked| *asked != Resolving { step, attempt });
    if known.state != StepState::Unknown || known.attempt != Some(attempt) {
        return Decision::none();
    }
    let planned = plan.step(step);
    let id = planned.id.clone();
    let Some(fate) = fate else {
        if flow.terms.mode == Mode::Headless {
            flow.leave(PauseReason::StepUnknown { step: id });
        }
        return Decision::none();
    };
    match fate {
        Fate::Aborted if flow.terms.mode == Mode::Headless => {
            flow.leave(PauseReason::StepFailed { step: id.clone() });
        }
        Fate::Committed => {
            if let Some(connection) = planned.ends_on() {
                session_state::lost(progress, flow, connection);
            }
        }
        Fate::Aborted => {}
    }
    Decision::event(Event::StepResolved {
        step: id,
        attempt,
        resolution: match fate {
            Fate::Committed => Resolution::Done,
            Fate::Aborted => Resolution::NotDone,
        },
        evidence: Evidence::Transaction {
            transaction_id: known.transaction_id.clone().unwrap_or_default(),
            fate,
        },
    })
}
