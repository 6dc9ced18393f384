//! How a step comes to start: permission, need, question, values, sessions, intent.

use super::rehearsing::not_rehearsed;
use super::session_state::left_behind;
use super::values::{not_needed, text};
use super::{Decision, Effect, Flow, Refusal, Waiting, background, may_start, unknown};
use crate::plan::{Confirm, Plan, StepKind};
use crate::progress::{Progress, StepState};
use crate::record::{Event, Mode, PauseReason, Polls, TargetIdentity, TransactionStatus};
use crate::runner::{Advance, ticking};
use crate::{ConnectionName, StepIndex};

/// Starts `step`, or says what is in the way; opens its session first when it needs one.
pub(super) fn begin(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
) -> Decision {
    if let Err(refusal) = may_start(plan, progress, step) {
        return refused(plan, flow, step, refusal);
    }
    launch(plan, progress, flow, step)
}

/// Starts `step`, which may start now.
pub(super) fn launch(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
) -> Decision {
    let planned = plan.step(step);
    match not_needed(plan, progress, flow, step) {
        Ok(None) => {}
        Ok(Some(event)) => return Decision::event(event),
        Err(refusal) => return refused(plan, flow, step, refusal),
    }
    if let Some(event) = not_rehearsed(plan, flow, step) {
        return Decision::event(event);
    }
    if planned.shell.interactive && flow.terms.mode == Mode::Headless {
        let refusal = Refusal::NeedsTerminal(planned.id.clone());
        return needs_person(plan, flow, step, refusal);
    }
    let mut decision = Decision::none();
    if let Some(question) = &planned.confirm
        && flow.confirmed != Some(step)
    {
        match answered_by_flag(plan, flow, step, question) {
            Some(event) => {
                flow.confirmed = Some(step);
                decision.events.push(event);
            }
            None => return unanswered(plan, flow, step, question),
        }
    }
    if let Some(up) = planned.flow.stops
        && background::stop(progress, flow, up, &mut decision)
    {
        flow.wanted = Some(step);
        return decision;
    }
    if planned.kind == StepKind::Manual {
        return ticking::by_flag(plan, progress, flow, step, decision);
    }
    open_or_start(plan, progress, flow, step, &mut decision);
    decision
}

/// Opens the next session that `step` needs, or starts it when all are open.
fn open_or_start(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    decision: &mut Decision,
) {
    let missing = sessions(plan, step)
        .into_iter()
        .find(|name| !flow.open.contains(*name));
    match missing {
        Some(connection) => {
            flow.opening = Some(connection.clone());
            flow.wanted = Some(step);
            decision.effects.push(Effect::Open(connection.clone()));
        }
        None => start(plan, progress, flow, step, decision),
    }
}

/// The sessions that a SQL step works on: its own, and that of the statements it makes.
fn sessions(plan: &Plan, step: StepIndex) -> Vec<&ConnectionName> {
    let planned = plan.step(step);
    if planned.kind != StepKind::Sql {
        return Vec::new();
    }
    planned
        .connection
        .iter()
        .chain(planned.made_for())
        .collect()
}

/// A session is open: records where it leads and starts the step it was opened for.
pub(super) fn opened(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    connection: ConnectionName,
    target: Box<TargetIdentity>,
) -> Decision {
    let known = progress.connection(&connection);
    let difference = match (known, flow.terms.shown.get(&connection)) {
        (Some(known), _) => known.target.difference(&target),
        (None, Some(shown)) => shown.elsewhere(&target),
        (None, None) => None,
    };
    if let Some(difference) = difference {
        flow.wanted = None;
        flow.retrying = None;
        flow.advance = Advance::Wait;
        let refusal = Refusal::TargetChanged {
            connection,
            difference,
        };
        let reason = PauseReason::Target {
            message: refusal.message(),
        };
        flow.leave(reason);
        return Decision::refuse(refusal);
    }
    let name = connection.clone();
    let mut decision = Decision::event(Event::TargetIdentified {
        connection,
        epoch: known.map_or(1, |known| known.epoch + 1),
        target,
    });
    if let Some(step) = flow.wanted.take() {
        let refusal = known.and_then(|known| left_behind(plan, &name, known, step));
        match refusal {
            Some(refusal) => {
                flow.advance = Advance::Wait;
                flow.retrying = None;
                if flow.terms.mode == Mode::Headless {
                    flow.leave(PauseReason::SessionLost { connection: name });
                }
                decision.refusal = Some(refusal);
            }
            None => open_or_start(plan, progress, flow, step, &mut decision),
        }
    }
    decision
}

/// Runs on with the first step that is ready, or puts a headless run down when none is.
pub(super) fn run_on(plan: &Plan, progress: &Progress, flow: &mut Flow) -> Decision {
    if let Some(running) = progress.running() {
        return Decision::refuse(Refusal::StepRunning(plan.step(running).id.clone()));
    }
    if let Some(step) = unknown::next(plan, progress, flow) {
        unknown::settle(flow, step);
        return Decision::none();
    }
    if let Some(step) = progress.next() {
        return begin(plan, progress, flow, step);
    }
    flow.advance = Advance::Wait;
    let stuck = |state: &StepState| matches!(state, StepState::Failed | StepState::Unknown);
    let blocked_by = progress.first_main(plan, stuck);
    match flow.terms.mode {
        Mode::Headless => {
            flow.leave(PauseReason::Stopped);
            Decision::none()
        }
        Mode::Interactive => Decision::refuse(Refusal::NothingReady {
            blocked_by: blocked_by.map(|index| plan.step(index).id.clone()),
        }),
    }
}

/// Takes the answer to a step's question and lets the step start next.
pub(super) fn confirm(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    answer: String,
) -> Decision {
    if let Err(refusal) = may_start(plan, progress, step) {
        return Decision::refuse(refusal);
    }
    let planned = plan.step(step);
    if let Some(Confirm::Typed(text)) = &planned.confirm
        && *text != answer
    {
        return Decision::refuse(Refusal::WrongConfirmation {
            step: planned.id.clone(),
            typed: text.clone(),
        });
    }
    flow.wanted = Some(step);
    flow.confirmed = Some(step);
    Decision::event(Event::StepConfirmed {
        step: planned.id.clone(),
        answer,
        by_flag: false,
        by_rehearsal: false,
    })
}

fn start(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    decision: &mut Decision,
) {
    flow.confirmed = None;
    let intent = match busy_elsewhere(plan, progress, step) {
        Some(refusal) => Err(refusal),
        None => intent(plan, progress, flow, step),
    };
    let intent = match intent {
        Ok(intent) => intent,
        Err(refusal) => {
            decision.refusal = refused(plan, flow, step, refusal).refusal;
            return;
        }
    };
    let planned = plan.step(step);
    let attempt = progress.step(step).next_attempt();
    decision.events.push(intent);
    if planned.shell.interactive {
        decision.events.push(Event::TerminalLent {
            step: planned.id.clone(),
            attempt,
        });
    }
    if let Some(after) = planned.timeout {
        decision.effects.push(Effect::Arm {
            step,
            attempt,
            after,
        });
    }
    flow.waiting = planned.flow.wait.map(|_| Waiting {
        step,
        polls: Polls::default(),
        held_since_us: None,
        elapsed_us: 0,
        last: None,
    });
    decision.effects.push(Effect::Perform { step, attempt });
}

/// Statements made for another connection run there one by one, so nobody's transaction may be open on it.
fn busy_elsewhere(plan: &Plan, progress: &Progress, step: StepIndex) -> Option<Refusal> {
    let planned = plan.step(step);
    let other = planned.made_for()?;
    let known = progress
        .connection(other)
        .filter(|known| known.transaction != TransactionStatus::Idle)?;
    let elsewhere = planned.connection.as_ref() != Some(other);
    elsewhere.then(|| Refusal::OutsideTransaction {
        step: planned.id.clone(),
        connection: other.clone(),
        opener: known
            .opener
            .map_or_else(|| planned.id.clone(), |opener| plan.step(opener).id.clone()),
    })
}

/// The intent of the next attempt.
pub(super) fn intent(
    plan: &Plan,
    progress: &Progress,
    flow: &Flow,
    step: StepIndex,
) -> Result<Event, Refusal> {
    let planned = plan.step(step);
    Ok(Event::StepStarted {
        step: planned.id.clone(),
        attempt: progress.step(step).next_attempt(),
        kind: planned.kind,
        text: text(plan, progress, flow, step)?,
        digest: planned.digest,
        connection: planned.connection.clone(),
    })
}

fn answered_by_flag(
    plan: &Plan,
    flow: &Flow,
    step: StepIndex,
    question: &Confirm,
) -> Option<Event> {
    let answer = match question {
        Confirm::Ask => "y",
        Confirm::Typed(text) => text,
    };
    flow.terms
        .answers(&plan.step(step).id, question)
        .then(|| confirmed_beforehand(plan, flow, step, answer))
}

/// Asks the step's question.
pub(super) fn unanswered(
    plan: &Plan,
    flow: &mut Flow,
    step: StepIndex,
    question: &Confirm,
) -> Decision {
    let typed = match question {
        Confirm::Ask => None,
        Confirm::Typed(text) => Some(text.clone()),
    };
    let id = plan.step(step).id.clone();
    let refusal = Refusal::NeedsConfirmation { step: id, typed };
    needs_person(plan, flow, step, refusal)
}

/// That a flag, or the rehearsal, answered for a person.
pub(super) fn confirmed_beforehand(
    plan: &Plan,
    flow: &Flow,
    step: StepIndex,
    answer: &str,
) -> Event {
    Event::StepConfirmed {
        step: plan.step(step).id.clone(),
        answer: answer.to_owned(),
        by_flag: !flow.terms.rehearsal,
        by_rehearsal: flow.terms.rehearsal,
    }
}

/// Refuses what only a person can do; a headless run is put down.
pub(super) fn needs_person(
    plan: &Plan,
    flow: &mut Flow,
    step: StepIndex,
    refusal: Refusal,
) -> Decision {
    flow.advance = Advance::Wait;
    if flow.terms.mode == Mode::Headless {
        let step = plan.step(step).id.clone();
        flow.leave(PauseReason::NeedsPerson { step });
    }
    Decision::refuse(refusal)
}

/// Refuses a step that cannot start as things stand; a headless run is put down.
fn refused(plan: &Plan, flow: &mut Flow, step: StepIndex, refusal: Refusal) -> Decision {
    flow.advance = Advance::Wait;
    flow.retrying = None;
    if flow.terms.mode == Mode::Headless {
        flow.leave(match &refusal {
            Refusal::SessionStateMissing { connection, .. } => PauseReason::SessionLost {
                connection: connection.clone(),
            },
            refusal => PauseReason::StepRefused {
                step: plan.step(step).id.clone(),
                message: refusal.message(),
            },
        });
    }
    Decision::refuse(refusal)
}
