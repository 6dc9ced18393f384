//! What steps left in a session that is gone: to be made again by running them again, or waived, before anything else.

use super::{Advance, Decision, Flow, Refusal};
use crate::plan::{Plan, StepKind};
use crate::progress::{ConnectionProgress, Progress};
use crate::record::{Event, Mode, PauseReason, TransactionStatus};
use crate::{ConnectionName, StepIndex};

/// A session was lost. Nothing runs on by itself after that, unless nobody is there to say so and nothing is lost with it.
pub(super) fn lost(progress: &Progress, flow: &mut Flow, connection: &ConnectionName) {
    let known = progress.connection(connection);
    let empty = known.is_some_and(|known| {
        known.left.is_empty()
            && known.missing.is_empty()
            && known.transaction == TransactionStatus::Idle
    });
    match flow.terms.mode {
        Mode::Interactive => flow.advance = Advance::Wait,
        Mode::Headless if empty => {}
        Mode::Headless => flow.leave(PauseReason::SessionLost {
            connection: connection.clone(),
        }),
    }
}

/// What is in the way of `step` on a connection whose session is a new one.
pub(super) fn in_the_way(plan: &Plan, progress: &Progress, step: StepIndex) -> Option<Refusal> {
    let planned = plan.step(step);
    if planned.kind != StepKind::Sql {
        return None;
    }
    let connections = planned.connection.iter().chain(planned.made_for());
    connections
        .filter_map(|name| Some((name, progress.connection(name)?)))
        .find(|(_, known)| !known.missing.is_empty() && !known.missing.contains(&step))
        .map(|(name, known)| missing(plan, name, known.missing.iter().copied()))
}

/// Whether `step` left something in a session that is gone, so that it may run again although it is done.
pub(super) fn is_missing(plan: &Plan, progress: &Progress, step: StepIndex) -> bool {
    let name = plan.step(step).connection.as_ref();
    let known = name.and_then(|name| progress.connection(name));
    known.is_some_and(|known| known.missing.contains(&step))
}

/// What stands in the way of `step` once a new session takes the place of `known`.
pub(super) fn left_behind(
    plan: &Plan,
    name: &ConnectionName,
    known: &ConnectionProgress,
    step: StepIndex,
) -> Option<Refusal> {
    let mut gone = known.missing.clone();
    gone.extend(
        known
            .left
            .iter()
            .filter(|left| !known.missing.contains(left)),
    );
    let in_the_way = !gone.is_empty() && !gone.contains(&step);
    in_the_way.then(|| missing(plan, name, gone.into_iter()))
}

/// The operator goes on without it.
pub(super) fn waive(
    plan: &Plan,
    progress: &Progress,
    connection: ConnectionName,
    reason: &str,
) -> Decision {
    let known = progress.connection(&connection);
    let missing = known.map_or(&[][..], |known| &known.missing);
    if missing.is_empty() {
        return Decision::refuse(Refusal::NothingToWaive(connection));
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Decision::refuse(Refusal::NeedsReason);
    }
    Decision::event(Event::SessionStateWaived {
        connection,
        steps: missing
            .iter()
            .map(|step| plan.step(*step).id.clone())
            .collect(),
        reason: reason.to_owned(),
    })
}

fn missing(
    plan: &Plan,
    connection: &ConnectionName,
    steps: impl Iterator<Item = StepIndex>,
) -> Refusal {
    let left = |index: StepIndex| {
        let planned = plan.step(index);
        (planned.id.clone(), planned.sql.leaves.clone())
    };
    Refusal::SessionStateMissing {
        connection: connection.clone(),
        steps: steps.map(left).collect(),
    }
}
