//! What only a rehearsal does: it answers for the person, passes over what touches the outside world, breaks steps off on
//! purpose, and says what it found. Does not compare anything: who commands it does.

use super::starting::begin;
use super::{Cut, Decision, Flow, Refusal};
use crate::StepIndex;
use crate::plan::{Plan, StepKind};
use crate::progress::Progress;
use crate::record::{Comparison, Conclusion, Event, NotRehearsed};

/// That `step` is passed over, if this is a rehearsal and it is nothing for one.
pub(super) fn not_rehearsed(plan: &Plan, flow: &Flow, step: StepIndex) -> Option<Event> {
    let why = flow.terms.rehearsal.then(|| why_not(plan, step))??;
    Some(Event::StepNotRehearsed {
        step: plan.step(step).id.clone(),
        why,
    })
}

/// Why a rehearsal does not run `step`, if it does not.
pub fn why_not(plan: &Plan, step: StepIndex) -> Option<NotRehearsed> {
    let planned = plan.step(step);
    match (planned.flow.live, planned.shell.interactive) {
        (true, _) => Some(NotRehearsed::Live),
        (false, true) => Some(NotRehearsed::Interactive),
        (false, false) => None,
    }
}

/// Starts a SQL step of which only the first `at` bytes are run, and then something that fails.
pub(super) fn break_off(
    plan: &Plan,
    progress: &Progress,
    flow: &mut Flow,
    step: StepIndex,
    at: usize,
) -> Decision {
    let is_whole = plan.step(step).kind == StepKind::Sql && at < plan.step(step).body.text.len();
    if !flow.terms.rehearsal || !is_whole {
        return Decision::refuse(Refusal::NotRehearsal);
    }
    flow.cut = Some(Cut { step, at });
    let decision = begin(plan, progress, flow, step);
    if decision.refusal.is_some() {
        flow.cut = None;
    }
    decision
}

/// Records what two states of the clusters differ in.
pub(super) fn compared(flow: &Flow, comparison: Box<Comparison>) -> Decision {
    match flow.terms.rehearsal {
        true => Decision::event(Event::StateCompared(comparison)),
        false => Decision::refuse(Refusal::NotRehearsal),
    }
}

/// Records what the rehearsal comes to.
pub(super) fn concluded(flow: &Flow, conclusion: Box<Conclusion>) -> Decision {
    match flow.terms.rehearsal {
        true => Decision::event(Event::RehearsalConcluded(conclusion)),
        false => Decision::refuse(Refusal::NotRehearsal),
    }
}
