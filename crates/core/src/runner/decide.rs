//! The one place where it is decided what follows from what.

use std::time::Duration;

use super::leaving::{due, go_on_leaving, runs_alone};
use super::reporting::reported;
use super::rollback::go_on_rolling;
use super::starting::{begin, confirm, run_on};
use super::ticking::tick;
use super::unknown::go_on_settling;
use super::{
    Activity, Advance, Cancelling, Command, Decision, Effect, Flow, Input, Refusal, background,
    may_skip, rehearsing, retrying, rollback, session_state, unknown,
};
use crate::plan::Plan;
use crate::progress::{Progress, StepState};
use crate::record::{Event, Outcome, PauseReason, StopSource, TransactionStatus};
use crate::{ConnectionName, StepId, StepIndex};

/// How long a cancel may take before it is made harder, where no person does.
const PATIENCE: Duration = Duration::from_secs(15);

/// What follows from `input`: pure, apart from `flow`, the volatile side that it hands on.
pub fn decide(plan: &Plan, progress: &Progress, flow: &mut Flow, input: Input) -> Decision {
    if flow.ended {
        return Decision::refuse(Refusal::RunEnded);
    }
    let decision = follow(plan, progress, flow, input);
    if let Some(until) = flow.terms.until
        && settles(&decision, &plan.step(until).id)
    {
        flow.leave(PauseReason::PartDone);
    }
    decision
}

/// Whether the decision records that step as done or passed over.
fn settles(decision: &Decision, id: &StepId) -> bool {
    decision.events.iter().any(|event| match event {
        Event::StepFinished { step, outcome, .. } => {
            step == id && matches!(outcome, Outcome::Succeeded { .. })
        }
        Event::StepSkipped { step, .. }
        | Event::StepNotNeeded { step, .. }
        | Event::StepNotRehearsed { step, .. }
        | Event::StepWentUp { step, .. } => step == id,
        _ => false,
    })
}

fn follow(plan: &Plan, progress: &Progress, flow: &mut Flow, input: Input) -> Decision {
    match input {
        Input::Command(command) => commanded(plan, progress, flow, command),
        Input::Report(report) => reported(plan, progress, flow, report),
        Input::TimedOut { step, attempt } => {
            let current = progress.step(step).attempt == Some(attempt);
            if progress.running() == Some(step) && current {
                insist(plan, progress, flow, step, true)
            } else {
                Decision::none()
            }
        }
        Input::RetryDue { step, attempt } => retrying::due(flow, step, attempt),
        Input::Signal(number) => stop(plan, progress, flow, StopSource::Signal { number }),
        Input::Continue => go_on(plan, progress, flow),
    }
}

fn commanded(plan: &Plan, progress: &Progress, flow: &mut Flow, command: Command) -> Decision {
    let between_sessions =
        flow.opening.is_some() || flow.abandoning.is_some() || flow.resolving.is_some();
    let busy = between_sessions || flow.leaving.is_some();
    match command {
        Command::Cancel => match progress.running() {
            Some(step) => cancel(plan, progress, flow, step, false),
            None if flow.opening.is_some()
                || flow.retrying.is_some()
                || flow.resolving.is_some() =>
            {
                give_up_opening(flow);
                Decision::none()
            }
            None => Decision::refuse(Refusal::NothingRunning),
        },
        Command::Note { step, text } => Decision::event(Event::NoteAdded {
            step: step.map(|index| plan.step(index).id.clone()),
            text,
        }),
        Command::Settle(_)
        | Command::Resolve { .. }
        | Command::Probe(_)
        | Command::RollBack { .. }
            if busy || flow.settling.is_some() =>
        {
            Decision::refuse(Refusal::Busy)
        }
        Command::Settle(step) => match progress.step(step).state {
            StepState::Unknown => {
                unknown::settle(flow, step);
                Decision::none()
            }
            _ => Decision::refuse(Refusal::NotUnknown(plan.step(step).id.clone())),
        },
        Command::Resolve {
            step,
            resolution,
            reason,
        } => unknown::said(plan, progress, flow, step, (resolution, &reason)),
        Command::Probe(step) => unknown::probe(plan, progress, flow, step),
        Command::RollBack { to } => rollback::asked(plan, progress, flow, to),
        Command::Waive { .. } | Command::StopBackground(_) if flow.leaving.is_some() => {
            Decision::refuse(Refusal::Busy)
        }
        Command::Waive { connection, reason } => {
            session_state::waive(plan, progress, connection, &reason)
        }
        Command::StopBackground(step) => background::stop_asked(plan, progress, flow, step),
        Command::Wait => {
            flow.advance = Advance::Wait;
            Decision::none()
        }
        Command::Stop => stop(plan, progress, flow, StopSource::Operator),
        Command::Start(_)
        | Command::RunOn
        | Command::Confirm { .. }
        | Command::Tick { .. }
        | Command::Skip { .. }
        | Command::Abandon(_)
        | Command::BreakOff { .. }
        | Command::Leave
            if busy =>
        {
            Decision::refuse(Refusal::Busy)
        }
        Command::Start(step) => {
            flow.retrying = None;
            flow.cut = None;
            if plan.step(step).is_main() {
                flow.rolling = None;
            }
            begin(plan, progress, flow, step)
        }
        Command::RunOn => {
            flow.retrying = None;
            flow.advance = Advance::RunOn;
            flow.rolling = None;
            run_on(plan, progress, flow)
        }
        Command::BreakOff { step, at } => {
            flow.retrying = None;
            flow.rolling = None;
            rehearsing::break_off(plan, progress, flow, step, at)
        }
        Command::Compared(comparison) => rehearsing::compared(flow, comparison),
        Command::Conclude(conclusion) => rehearsing::concluded(flow, conclusion),
        Command::Confirm { step, answer } => confirm(plan, progress, flow, step, answer),
        Command::Tick { step, values } => tick(plan, progress, flow, step, values),
        Command::Skip { step, reason } => {
            flow.retrying = flow.retrying.filter(|known| known.step != step);
            let decision = skip(plan, progress, step, &reason);
            if decision.refusal.is_none() {
                rollback::undo_ended(plan, flow, step, true);
            }
            decision
        }
        Command::Abandon(connection) => abandon(progress, flow, connection),
        Command::Leave => match progress.running() {
            Some(step) => Decision::refuse(Refusal::StepRunning(plan.step(step).id.clone())),
            None => leave(plan, progress, flow),
        },
    }
}

/// Puts the run down, unless a step that always runs before the end needs the person who leaves.
fn leave(plan: &Plan, progress: &Progress, flow: &mut Flow) -> Decision {
    if let Some(step) = due(plan, progress).find(|step| !runs_alone(plan, flow, *step)) {
        return Decision::refuse(Refusal::AlwaysDue(plan.step(step).id.clone()));
    }
    flow.leave(PauseReason::Stopped);
    Decision::none()
}

fn skip(plan: &Plan, progress: &Progress, step: StepIndex, reason: &str) -> Decision {
    if let Err(refusal) = may_skip(plan, progress, step) {
        return Decision::refuse(refusal);
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Decision::refuse(Refusal::NeedsReason);
    }
    Decision::event(Event::StepSkipped {
        step: plan.step(step).id.clone(),
        reason: reason.to_owned(),
    })
}

fn abandon(progress: &Progress, flow: &mut Flow, name: ConnectionName) -> Decision {
    let open = progress
        .connection(&name)
        .is_some_and(|known| known.transaction != TransactionStatus::Idle);
    if progress.running().is_some() {
        return Decision::refuse(Refusal::Busy);
    }
    if !open {
        return Decision::refuse(Refusal::NoTransaction(name));
    }
    flow.abandoning = Some(name.clone());
    Decision::effect(Effect::Abandon(name))
}

fn cancel(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    timed_out: bool,
) -> Decision {
    let force = match flow.cancelling {
        Some(known) if known.step == step => known.force.saturating_add(1).min(3),
        _ => 1,
    };
    let timed_out = match flow.cancelling {
        Some(known) if known.step == step => known.timed_out,
        _ => timed_out,
    };
    flow.cancelling = Some(Cancelling {
        step,
        force,
        timed_out,
    });
    flow.advance = Advance::Wait;
    let mut decision = Decision::effect(Effect::Cancel { step, force });
    // Nobody works for a wait between two looks, nor for a step that has not got the terminal yet.
    let maybe_idle = flow.waiting.is_some() || plan.step(step).shell.interactive;
    if let (true, Some(attempt)) = (maybe_idle, progress.step(step).attempt) {
        decision.effects.push(Effect::Conclude { step, attempt });
    }
    decision
}

/// Cancels with nobody there to press again: what does not end is cancelled harder after a while.
fn insist(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    timed_out: bool,
) -> Decision {
    let mut decision = cancel(plan, progress, flow, step, timed_out);
    let harder_follows = flow.cancelling.is_some_and(|known| known.force < 3);
    if let Some(attempt) = progress.step(step).attempt.filter(|_| harder_follows) {
        decision.effects.push(Effect::Arm {
            step,
            attempt,
            after: PATIENCE,
        });
    }
    decision
}

fn stop(plan: &Plan, progress: &Progress, flow: &mut Flow, by: StopSource) -> Decision {
    let mut decision = match &mut flow.leaving {
        Some(leaving) => {
            leaving.hurried = true;
            Decision::none()
        }
        None => Decision::event(Event::StopRequested { by }),
    };
    flow.leave(PauseReason::Stopped);
    give_up_opening(flow);
    if let Some(step) = progress.running() {
        decision.effects = insist(plan, progress, flow, step, false).effects;
    }
    decision
}

/// Stops waiting for a session; should it open after all, it is closed again.
pub(super) fn give_up_opening(flow: &mut Flow) {
    flow.opening = None;
    flow.wanted = None;
    flow.confirmed = None;
    flow.retrying = None;
    flow.resolving = None;
    flow.settling = None;
    flow.rolling = None;
    flow.advance = Advance::Wait;
}

fn go_on(plan: &Plan, progress: &Progress, flow: &mut Flow) -> Decision {
    if !flow.wants_more() || progress.running().is_some() {
        return Decision::none();
    }
    if flow.leaving.is_some() {
        return go_on_leaving(plan, progress, flow);
    }
    if flow.settling.is_some() || unknown::said_by_flag(flow) {
        return go_on_settling(plan, progress, flow);
    }
    if flow.wanted.is_none() && flow.rolling.is_some() {
        return go_on_rolling(plan, progress, flow);
    }
    match flow.wanted.take() {
        Some(step) => begin(plan, progress, flow, step),
        None => run_on(plan, progress, flow),
    }
}

impl Flow {
    /// What is under way, for readers.
    pub fn activity(&self, progress: &Progress) -> Activity {
        match (progress.running(), &self.cancelling, &self.opening) {
            (Some(step), Some(cancelling), _) => Activity::Cancelling(step, cancelling.force),
            (Some(step), None, _) => match &self.waiting {
                Some(waiting) => Activity::Waiting(Box::new(waiting.glimpse())),
                None => Activity::Running(step),
            },
            (None, _, Some(connection)) => Activity::Connecting(connection.clone()),
            (None, _, None) => match (self.resolving, self.retrying) {
                (Some(asked), _) => Activity::Resolving(asked.step),
                (None, _) if self.leaving.is_some() => Activity::Closing,
                (None, Some(known)) if !known.due => Activity::Retrying {
                    step: known.step,
                    tries: known.tries,
                    count: known.count,
                },
                (None, Some(_) | None) => Activity::Idle,
            },
        }
    }
}
