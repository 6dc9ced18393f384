//! A `transaction` step whose COMMIT was not answered: its server is asked what became of the transaction.

use super::{Decision, Effect, Flow, Resolving, session_state};
use crate::plan::Plan;
use crate::progress::{Progress, StepState};
use crate::record::{Event, Evidence, Fate, Mode, Outcome, PauseReason, Resolution};
use crate::{Attempt, StepIndex};

/// Has the server asked, if the attempt is unknown only for want of an answer to its announced COMMIT; whether it is.
pub(super) fn ask(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
    outcome: &Outcome,
    decision: &mut Decision,
) -> bool {
    let planned = plan.step(step);
    let announced = progress.step(step).transaction_id.clone();
    let connection = planned.made_for().or(planned.connection.as_ref());
    let (Outcome::Unknown { .. }, true, Some(transaction_id), Some(connection)) =
        (outcome, planned.sql.transaction, announced, connection)
    else {
        return false;
    };
    flow.resolving = Some(Resolving { step, attempt });
    decision.effects.push(Effect::Resolve {
        step,
        attempt,
        connection: connection.clone(),
        transaction_id,
    });
    true
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
            if let Some(connection) = planned.made_for().or(planned.connection.as_ref()) {
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
