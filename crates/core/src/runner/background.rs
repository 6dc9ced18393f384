//! Background steps: they go up, stay up, and are ended by a step, by the operator or by the run's end.

use super::outcome::Finished;
use super::{Advance, Decision, Effect, Flow, Refusal, WorkEnded};
use crate::plan::Plan;
use crate::progress::{Progress, StepState};
use crate::record::{Event, Failure, Mode, Outcome, PauseReason, Work};
use crate::{Attempt, StepIndex};

/// The process was started: steps that need it may start. One that is being cancelled is not up; its end is told.
pub(super) fn went_up(plan: &Plan, flow: &Flow, step: StepIndex, attempt: Attempt) -> Decision {
    if flow.cancelling.is_some_and(|known| known.step == step) {
        return Decision::none();
    }
    Decision::event(Event::StepWentUp {
        step: plan.step(step).id.clone(),
        attempt,
    })
}

/// Has a background step ended if it is up and not being ended yet; whether one is up.
pub(super) fn stop(
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    decision: &mut Decision,
) -> bool {
    let up = progress.step(step).state == StepState::Up;
    if up && flow.stopping.insert(step) {
        decision.effects.push(Effect::StopBackground { step });
    }
    up
}

/// The operator wishes it ended.
pub(super) fn stop_asked(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
) -> Decision {
    let mut decision = Decision::none();
    match stop(progress, flow, step, &mut decision) {
        true => decision,
        false => Decision::refuse(Refusal::NotUp(plan.step(step).id.clone())),
    }
}

/// Has all of them ended before the run ends; whether one is up.
pub(super) fn stop_all(progress: &Progress, flow: &mut Flow) -> Option<Decision> {
    let mut decision = Decision::none();
    let mut any = false;
    for step in progress.steps_up() {
        any |= stop(progress, flow, step, &mut decision);
    }
    any.then_some(decision)
}

/// A background step that was up has ended. One that was not asked to has failed, whatever its exit code: what ran
/// meanwhile counted on it.
pub(super) fn ended(
    plan: &Plan,
    flow: &mut Flow,
    (step, attempt): (StepIndex, Attempt),
    finished: Finished,
) -> Decision {
    let asked = flow.stopping.remove(&step);
    let id = plan.step(step).id.clone();
    let work = work(&finished.ended);
    let outcome = match asked {
        true => Outcome::Succeeded { finding: None },
        false => Outcome::Failed {
            failure: early(&finished.ended),
        },
    };
    if !asked && flow.leaving.is_none() {
        flow.advance = Advance::Wait;
        flow.wanted = None;
        flow.confirmed = None;
        flow.retrying = None;
        if flow.terms.mode == Mode::Headless {
            flow.leave(PauseReason::StepFailed { step: id.clone() });
        }
    }
    Decision::event(Event::StepFinished {
        step: id,
        attempt,
        outcome,
        work,
        transaction: None,
        duration_us: finished.duration_us,
        output: finished.output,
        captures: Vec::new(),
        polls: None,
        positions: None,
    })
}

/// Why a background step that ended by itself failed.
pub(super) fn early(ended: &WorkEnded) -> Failure {
    match ended {
        WorkEnded::Shell(shell) => Failure::EndedEarly {
            exit: shell.exit,
            signal: shell.signal,
        },
        WorkEnded::Unstartable { message } => Failure::Unstartable {
            message: message.clone(),
        },
        WorkEnded::Sql(_) => Failure::EndedEarly {
            exit: None,
            signal: None,
        },
    }
}

fn work(ended: &WorkEnded) -> Work {
    match ended {
        WorkEnded::Shell(shell) => Work::Shell {
            exit: shell.exit,
            signal: shell.signal,
            state_lost: shell.state_lost.clone(),
        },
        WorkEnded::Sql(_) | WorkEnded::Unstartable { .. } => Work::None,
    }
}
