//! Unknown outcomes: settled by the record, by the server, by running a step again that may, by a probe, or by the operator;
//! never guessed at. The old session must be gone before any of them is believed.

use super::starting::begin;
use super::{
    Advance, Decision, Effect, Flow, Refusal, SettledBy, Settling, Witness, resolving, witness,
};
use crate::plan::{Plan, Role, StepKind};
use crate::progress::{Progress, StepState};
use crate::record::{Event, Evidence, Failure, Outcome, Resolution};
use crate::{Attempt, ConnectionName, StepIndex};

/// The first unknown step of the main flow that was not asked about yet. What tells of it may need what an earlier step had
/// left in memory (a secret, rows to compare with): where that is to run again, it comes first.
pub(super) fn next(plan: &Plan, progress: &Progress, flow: &Flow) -> Option<StepIndex> {
    progress.steps_unknown().find(|index| {
        let attempt = progress.step(*index).attempt;
        plan.step(*index).is_main()
            && !flow.asked_about.contains(&(*index, attempt))
            && !progress
                .next()
                .is_some_and(|first| progress.step(first).again && plan.descends(*index, first))
    })
}

/// Wishes evidence about `step`; [`super::Input::Continue`] goes for it.
pub(super) fn settle(flow: &mut Flow, step: StepIndex) {
    let by = SettledBy::Evidence;
    flow.settling = Some(Settling { step, by });
}

/// The connection whose old session may still be at work for `step`: opened anew, it proves that it is not.
pub(super) fn unproven<'a>(
    plan: &'a Plan,
    flow: &Flow,
    step: StepIndex,
) -> Option<&'a ConnectionName> {
    let planned = plan.step(step);
    planned
        .ends_on()
        .filter(|name| planned.kind == StepKind::Sql && !flow.open.contains(*name))
}

/// The operator says what the step did.
pub(super) fn said(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    (resolution, reason): (Resolution, &str),
) -> Decision {
    let reason = reason.trim();
    if progress.step(step).state != StepState::Unknown {
        return Decision::refuse(Refusal::NotUnknown(plan.step(step).id.clone()));
    }
    if reason.is_empty() {
        return Decision::refuse(Refusal::NeedsReason);
    }
    flow.settling = Some(Settling {
        step,
        by: SettledBy::Said {
            resolution,
            reason: reason.to_owned(),
            by_flag: false,
        },
    });
    Decision::none()
}

/// Goes for evidence, first of all with the session that proves that the old one is gone.
pub(super) fn go_on_settling(plan: &Plan, progress: &Progress, flow: &mut Flow) -> Decision {
    let Some(settling) = flow.settling.take() else {
        return Decision::none();
    };
    let step = settling.step;
    let known = progress.step(step);
    let (StepState::Unknown, Some(attempt)) = (&known.state, known.attempt) else {
        return Decision::none();
    };
    let planned = plan.step(step);
    if let Some(connection) = unproven(plan, flow, step) {
        flow.opening = Some(connection.clone());
        flow.settling = Some(settling);
        return Decision::effect(Effect::Open(connection.clone()));
    }
    match settling.by {
        SettledBy::Evidence => seek(plan, progress, flow, (step, attempt)),
        SettledBy::Probe => ask_probe(plan, progress, flow, step),
        SettledBy::Said {
            resolution,
            reason,
            by_flag,
        } => Decision::event(Event::StepResolved {
            step: planned.id.clone(),
            attempt,
            resolution,
            evidence: Evidence::Operator { reason, by_flag },
        }),
    }
}

/// Takes up what a flag said beforehand of one of the unknown steps; whether there was such a word.
pub(super) fn said_by_flag(flow: &mut Flow) -> bool {
    let Some((step, (resolution, reason))) = flow.terms.resolutions.pop_first() else {
        return false;
    };
    flow.settling = Some(Settling {
        step,
        by: SettledBy::Said {
            resolution,
            reason,
            by_flag: true,
        },
    });
    true
}

/// Asks whatever can tell.
fn seek(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
) -> Decision {
    flow.asked_about.insert((step, Some(attempt)));
    let id = || plan.step(step).id.clone();
    match witness(plan, progress, step) {
        Some(Witness::NeverCommitted) => Decision::event(Event::StepResolved {
            step: id(),
            attempt,
            resolution: Resolution::NotDone,
            evidence: Evidence::NeverCommitted,
        }),
        Some(Witness::Server) => {
            let outcome = progress.step(step).outcome.as_ref();
            let question = resolving::ask(plan, progress, flow, (step, attempt), outcome);
            question.map_or_else(Decision::none, Decision::effect)
        }
        Some(Witness::Again) => begin(plan, progress, flow, step),
        Some(Witness::Probe(probe)) => begin(plan, progress, flow, probe),
        None => Decision::refuse(Refusal::NoEvidence(id())),
    }
}

fn ask_probe(plan: &Plan, progress: &Progress, flow: &mut Flow, step: StepIndex) -> Decision {
    match plan.probes_of(step).next() {
        Some(probe) => begin(plan, progress, flow, probe),
        None => Decision::refuse(Refusal::NoEvidence(plan.step(step).id.clone())),
    }
}

/// What a probe that has just ended with `outcome` says of its unknown step.
pub(super) fn probed(
    plan: &Plan,
    progress: &Progress,
    (probe, attempt): (StepIndex, Attempt),
    outcome: &Outcome,
) -> Option<Event> {
    let Role::ProbeOf(step) = plan.step(probe).role else {
        return None;
    };
    let known = progress.step(step);
    let of = known
        .attempt
        .filter(|_| known.state == StepState::Unknown)?;
    let planned = plan.step(step);
    let resolution = match outcome {
        Outcome::Succeeded { .. } => Resolution::Done,
        // What is all or nothing and is not there was not done; of anything else a part may be.
        Outcome::Failed {
            failure: Failure::Check(_),
        } if planned.sql.transaction || planned.sql.atomic => Resolution::NotDone,
        Outcome::Failed { .. } | Outcome::Unknown { .. } => return None,
    };
    Some(Event::StepResolved {
        step: planned.id.clone(),
        attempt: of,
        resolution,
        evidence: Evidence::Probe {
            probe: plan.step(probe).id.clone(),
            attempt,
        },
    })
}

/// Has a probe of `step` run.
pub(super) fn probe(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
) -> Decision {
    let id = || plan.step(step).id.clone();
    if let Some(running) = progress.running() {
        return Decision::refuse(Refusal::StepRunning(plan.step(running).id.clone()));
    }
    if progress.step(step).attempt.is_none() {
        return Decision::refuse(Refusal::NotTried(id()));
    }
    if plan.probes_of(step).next().is_none() {
        return Decision::refuse(Refusal::NoProbe(id()));
    }
    flow.advance = Advance::Wait;
    if progress.step(step).state == StepState::Unknown {
        let by = SettledBy::Probe;
        flow.settling = Some(Settling { step, by });
        return Decision::none();
    }
    ask_probe(plan, progress, flow, step)
}
