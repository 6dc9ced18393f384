//! Manual steps: a person did them and says so, with a value for each variable they capture.

use super::rollback::undo_ended;
use super::starting::{confirmed_beforehand, intent, needs_person, unanswered};
use super::values::not_needed;
use super::{Command, Decision, Flow, Refusal, background, may_start};
use crate::StepIndex;
use crate::output::OutputSummary;
use crate::plan::{CAPTURE_BYTES_MAX, Plan, StepKind};
use crate::progress::Progress;
use crate::record::{Capture, Event, Outcome, Work};

/// Records that a person did a manual step.
pub(super) fn tick(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    values: Vec<String>,
) -> Decision {
    if let Err(refusal) = may_start(plan, progress, step) {
        return Decision::refuse(refusal);
    }
    let planned = plan.step(step);
    if planned.kind != StepKind::Manual {
        return Decision::refuse(Refusal::NotManual(planned.id.clone()));
    }
    match not_needed(plan, progress, flow, step) {
        Ok(None) => {}
        Ok(Some(event)) => return Decision::event(event),
        Err(refusal) => return Decision::refuse(refusal),
    }
    if let Some(question) = &planned.confirm
        && flow.confirmed != Some(step)
    {
        return unanswered(plan, flow, step, question);
    }
    match ticked(plan, progress, flow, step, values) {
        Ok(events) => {
            flow.confirmed = None;
            undo_ended(plan, flow, step, true);
            let mut decision = Decision {
                events: events.into(),
                ..Decision::none()
            };
            if let Some(up) = planned.flow.stops {
                background::stop(progress, flow, up, &mut decision);
            }
            decision
        }
        Err(refusal) => Decision::refuse(refusal),
    }
}

/// Ticks a manual step as flags said beforehand, or asks for a person.
pub(super) fn by_flag(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    mut decision: Decision,
) -> Decision {
    let planned = plan.step(step);
    let given = |name| flow.terms.captures.get(name).cloned();
    let values: Option<Vec<String>> = planned.flow.captures.iter().map(given).collect();
    let ticked = match values.filter(|_| flow.terms.ticks()) {
        Some(values) => ticked(plan, progress, flow, step, values),
        None => Err(Refusal::NeedsTick(planned.id.clone())),
    };
    match ticked {
        Ok(events) => {
            let answered = confirmed_beforehand(plan, flow, step, "y");
            decision.events.push(answered);
            decision.events.extend(events);
            decision
        }
        Err(refusal) => needs_person(plan, flow, step, refusal),
    }
}

fn ticked(
    plan: &Plan,
    progress: &Progress,
    flow: &Flow,
    step: StepIndex,
    values: Vec<String>,
) -> Result<[Event; 2], Refusal> {
    let planned = plan.step(step);
    let names = &planned.flow.captures;
    if names.len() != values.len() {
        return Err(Refusal::NeedsValues {
            step: planned.id.clone(),
            names: names.clone(),
        });
    }
    let mut captures = Vec::with_capacity(names.len());
    for (name, value) in names.iter().zip(values) {
        if let Some(why) = objection(&value) {
            return Err(Refusal::BadValue {
                name: name.clone(),
                why,
            });
        }
        captures.push(Capture {
            name: name.clone(),
            value: Some(value),
        });
    }
    let finished = Event::StepFinished {
        step: planned.id.clone(),
        attempt: progress.step(step).next_attempt(),
        outcome: Outcome::Succeeded { finding: None },
        work: Work::Manual,
        transaction: None,
        duration_us: 0,
        output: OutputSummary::empty(),
        captures,
        polls: None,
        positions: None,
    };
    Ok([intent(plan, progress, flow, step)?, finished])
}

fn objection(value: &str) -> Option<&'static str> {
    match value {
        _ if value.trim().is_empty() => Some("is empty"),
        _ if value.contains('\0') => Some("holds a NUL character"),
        _ if value.len() > CAPTURE_BYTES_MAX => Some("is longer than 64 KiB"),
        _ => None,
    }
}

/// The command a person meant when they pressed the run key on `step`.
impl Command {
    /// Start, or tick for a manual step.
    pub fn run(plan: &Plan, step: StepIndex) -> Self {
        match plan.step(step).kind {
            StepKind::Manual => Self::Tick {
                step,
                values: Vec::new(),
            },
            StepKind::Sql | StepKind::Shell(_) => Self::Start(step),
        }
    }
}
