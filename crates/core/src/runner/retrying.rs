//! Trying a failed step again by itself, as its `retry` says: which failures allow it, and how often.

use super::{Decision, Effect, Flow, Retrying};
use crate::plan::{Plan, RetryAfter};
use crate::record::{Failure, Outcome, TransactionStatus};
use crate::{Attempt, StepIndex};

/// SQLSTATEs of others being in the way: lock not available, deadlock, serialisation failure (PostgreSQL, appendix A).
const CONTENTION: [&str; 3] = ["55P03", "40P01", "40001"];

/// Arranges for another try of an attempt that ended with `outcome`, if the step's `retry` allows one; whether it did.
pub(super) fn again(
    plan: &Plan,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
    outcome: &Outcome,
    transaction: Option<TransactionStatus>,
    decision: &mut Decision,
) -> bool {
    let before = flow.retrying.take().filter(|known| known.step == step);
    let Some(retry) = plan.step(step).flow.retry else {
        return false;
    };
    let Outcome::Failed { failure } = outcome else {
        return false;
    };
    let tries = before.map_or(1, |known| known.tries + 1);
    let inside = transaction.is_some_and(|status| status != TransactionStatus::Idle);
    if tries > retry.count || inside || flow.leaving.is_some() || !allows(retry.after, failure) {
        return false;
    }
    flow.retrying = Some(Retrying {
        step,
        attempt,
        tries,
        count: retry.count,
        due: false,
    });
    decision.effects.push(Effect::Retry {
        step,
        attempt,
        after: retry.delay,
    });
    true
}

/// Whether a failure is one that trying again may mend. What the operator cancelled, what could not be begun, what was lost
/// with its session and what came to light later is not.
fn allows(after: RetryAfter, failure: &Failure) -> bool {
    match (after, failure) {
        (
            _,
            Failure::Cancelled { .. }
            | Failure::Unstartable { .. }
            | Failure::Lost { .. }
            | Failure::NotDone { .. },
        ) => false,
        (RetryAfter::AnyFailure, _) => true,
        (RetryAfter::Contention, Failure::Server(error)) => {
            CONTENTION.contains(&error.sqlstate.as_str())
        }
        (
            RetryAfter::Contention,
            Failure::Exit { .. }
            | Failure::Killed { .. }
            | Failure::EndedEarly { .. }
            | Failure::Check(_)
            | Failure::Capture { .. }
            | Failure::RolledBack
            | Failure::TimedOut { .. },
        ) => false,
    }
}

/// The delay has passed: the step is wanted again, its question answered as before.
pub(super) fn due(flow: &mut Flow, step: StepIndex, attempt: Attempt) -> Decision {
    if let Some(retrying) = &mut flow.retrying
        && (retrying.step, retrying.attempt, retrying.due) == (step, attempt, false)
    {
        retrying.due = true;
        flow.wanted = Some(step);
        flow.confirmed = Some(step);
    }
    Decision::none()
}
