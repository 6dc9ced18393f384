//! Unknown outcomes: settled by the server, by a probe, by running an idempotent step again, or by the operator; never
//! guessed at. The old session must be gone before any of them is believed.

use super::starting::{begin, launch};
use super::{Advance, Decision, Effect, Flow, Refusal, SettledBy, Settling, resolving};
use crate::plan::{Plan, Role, StepKind};
use crate::progress::{Progress, StepState};
use crate::record::{Event, Evidence, Failure, Outcome, Resolution};
use crate::{Attempt, ConnectionName, StepIndex};

/// The first unknown step of the main flow that was not asked about yet.
pub(super) fn next(plan: &Plan, progress: &Progress, flow: &Flow) -> Option<StepIndex> {
    progress.steps_unknown().find(|index| {
        let attempt = progress.step(*index).attempt;
        plan.step(*index).is_main() && !flow.asked_about.contains(&(*index, attempt))
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
    let session = planned.made_for().or(planned.connection.as_ref());
    session.filter(|name| planned.kind == StepKind::Sql && !flow.open.contains(*name))
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
        by: SettledBy::Operator(resolution, reason.to_owned()),
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
        SettledBy::Operator(resolution, reason) => Decision::event(Event::StepResolved {
            step: planned.id.clone(),
            attempt,
            resolution,
            evidence: Evidence::Operator {
                reason,
                by_flag: false,
            },
        }),
        SettledBy::Flag(resolution, reason) => Decision::event(Event::StepResolved {
            step: planned.id.clone(),
            attempt,
            resolution,
            evidence: Evidence::Operator {
                reason,
                by_flag: true,
            },
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
        by: SettledBy::Flag(resolution, reason),
    });
    true
}

/// Asks whatever can tell: the server, the step itself, its probe.
fn seek(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
) -> Decision {
    let known = progress.step(step);
    let planned = plan.step(step);
    flow.asked_about.insert((step, Some(attempt)));
    if planned.sql.transaction && known.transaction_id.is_none() {
        return Decision::event(Event::StepResolved {
            step: planned.id.clone(),
            attempt,
            resolution: Resolution::NotDone,
            evidence: Evidence::NeverCommitted,
        });
    }
    let mut decision = Decision::none();
    let outcome = known.outcome.clone().unwrap_or(Outcome::Unknown {
        because: String::new(),
    });
    if resolving::ask(
        plan,
        progress,
        flow,
        (step, attempt),
        &outcome,
        &mut decision,
    ) {
        return decision;
    }
    if planned.is_repeatable() {
        return begin(plan, progress, flow, step);
    }
    ask_probe(plan, progress, flow, step)
}

fn ask_probe(plan: &Plan, progress: &Progress, flow: &mut Flow, step: StepIndex) -> Decision {
    match plan.probes_of(step).next() {
        Some(probe) => launch(plan, progress, flow, probe),
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
