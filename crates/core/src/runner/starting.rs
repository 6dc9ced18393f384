//! How a step comes to start: permission, question, session, intent.

use super::{Advance, Command, Decision, Effect, Flow, Refusal, may_start};
use crate::output::OutputSummary;
use crate::plan::{Confirm, Plan, StepKind};
use crate::progress::{Progress, StepState};
use crate::record::{Event, Mode, Outcome, PauseReason, TargetIdentity, Work};
use crate::{ConnectionName, StepIndex};

/// Starts `step`, or says what is in the way; opens its session first when it needs one.
pub(super) fn begin(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
) -> Decision {
    if let Err(refusal) = may_start(plan, progress, step) {
        flow.advance = Advance::Wait;
        return Decision::refuse(refusal);
    }
    let planned = plan.step(step);
    let mut decision = Decision::none();
    if let Some(question) = &planned.confirm
        && flow.confirmed != Some(step)
    {
        match answered_by_flag(plan, flow, step, question) {
            Some(event) => decision.events.push(event),
            None => {
                let typed = match question {
                    Confirm::Ask => None,
                    Confirm::Typed(text) => Some(text.clone()),
                };
                let id = planned.id.clone();
                let refusal = Refusal::NeedsConfirmation { step: id, typed };
                return needs_person(plan, flow, step, refusal);
            }
        }
    }
    match (planned.kind, &planned.connection) {
        (StepKind::Manual, _) if flow.terms.yes => {
            decision.events.push(by_flag(plan, step, "y"));
            decision.events.extend(ticked(plan, progress, step));
        }
        (StepKind::Manual, _) => {
            let refusal = Refusal::NeedsTick(planned.id.clone());
            return needs_person(plan, flow, step, refusal);
        }
        (StepKind::Sql, Some(connection)) if !flow.open.contains(connection) => {
            flow.opening = Some(connection.clone());
            flow.wanted = Some(step);
            decision.effects.push(Effect::Open(connection.clone()));
        }
        (StepKind::Sql | StepKind::Shell(_), _) => {
            start(plan, progress, flow, step, &mut decision);
        }
    }
    decision
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
    let mut decision = Decision::event(Event::TargetIdentified {
        connection,
        epoch: known.map_or(1, |known| known.epoch + 1),
        target,
    });
    if let Some(step) = flow.wanted.take() {
        start(plan, progress, flow, step, &mut decision);
    }
    decision
}

/// Runs on with the first step that is ready, or puts a headless run down when none is.
pub(super) fn run_on(plan: &Plan, progress: &Progress, flow: &mut Flow) -> Decision {
    if let Some(running) = progress.running() {
        return Decision::refuse(Refusal::StepRunning(plan.step(running).id.clone()));
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
    })
}

/// Records that a person did a manual step.
pub(super) fn tick(plan: &Plan, progress: &Progress, step: StepIndex) -> Decision {
    if let Err(refusal) = may_start(plan, progress, step) {
        return Decision::refuse(refusal);
    }
    let planned = plan.step(step);
    match planned.kind {
        StepKind::Manual => Decision {
            events: ticked(plan, progress, step).into(),
            ..Decision::none()
        },
        StepKind::Sql | StepKind::Shell(_) => {
            Decision::refuse(Refusal::NotManual(planned.id.clone()))
        }
    }
}

fn start(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    decision: &mut Decision,
) {
    flow.confirmed = None;
    let attempt = progress.step(step).next_attempt();
    decision.events.push(intent(plan, progress, step));
    if let Some(after) = plan.step(step).timeout {
        decision.effects.push(Effect::Arm {
            step,
            attempt,
            after,
        });
    }
    decision.effects.push(Effect::Perform { step, attempt });
}

fn intent(plan: &Plan, progress: &Progress, step: StepIndex) -> Event {
    let planned = plan.step(step);
    Event::StepStarted {
        step: planned.id.clone(),
        attempt: progress.step(step).next_attempt(),
        kind: planned.kind,
        text: planned.body.text.clone(),
        digest: planned.digest,
        connection: planned.connection.clone(),
    }
}

fn ticked(plan: &Plan, progress: &Progress, step: StepIndex) -> [Event; 2] {
    let finished = Event::StepFinished {
        step: plan.step(step).id.clone(),
        attempt: progress.step(step).next_attempt(),
        outcome: Outcome::Succeeded { finding: None },
        work: Work::Manual,
        transaction: None,
        duration_us: 0,
        output: OutputSummary::empty(),
        captures: Vec::new(),
        polls: None,
    };
    [intent(plan, progress, step), finished]
}

fn answered_by_flag(
    plan: &Plan,
    flow: &Flow,
    step: StepIndex,
    question: &Confirm,
) -> Option<Event> {
    match question {
        Confirm::Ask if flow.terms.yes => Some(by_flag(plan, step, "y")),
        Confirm::Typed(text) if flow.terms.typed.get(&plan.step(step).id) == Some(text) => {
            Some(by_flag(plan, step, text))
        }
        Confirm::Ask | Confirm::Typed(_) => None,
    }
}

fn by_flag(plan: &Plan, step: StepIndex, answer: &str) -> Event {
    Event::StepConfirmed {
        step: plan.step(step).id.clone(),
        answer: answer.to_owned(),
        by_flag: true,
    }
}

fn needs_person(plan: &Plan, flow: &mut Flow, step: StepIndex, refusal: Refusal) -> Decision {
    flow.advance = Advance::Wait;
    if flow.terms.mode == Mode::Headless {
        let step = plan.step(step).id.clone();
        flow.leave(PauseReason::NeedsPerson { step });
    }
    Decision::refuse(refusal)
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
