//! What variables are worth to a step: for its text, and for its `when`. Secrets have no worth here, only names.

use super::{Flow, Refusal};
use crate::plan::{Bound, Plan, edits, replaced};
use crate::progress::{Binding, Progress};
use crate::record::Event;
use crate::{StepIndex, VariableName};

/// What `name` is bound to: an input, a capture, or an address of a connection.
pub(super) fn bound<'a>(progress: &'a Progress, flow: &'a Flow, name: &VariableName) -> Bound<'a> {
    match (progress.binding(name), flow.terms.addresses.get(name)) {
        (Some(Binding::Known(value)), _) => Bound::Value(value),
        (Some(Binding::Secret), _) => Bound::Secret,
        (None, Some(address)) => Bound::Value(address),
        (None, None) => Bound::Missing,
    }
}

/// The text of `step` with the values of its variables; secrets stay the references they are written as.
pub(super) fn text(
    plan: &Plan,
    progress: &Progress,
    flow: &Flow,
    step: StepIndex,
) -> Result<String, Refusal> {
    let cut = flow.cut.filter(|cut| cut.step == step);
    let broken_off = cut.map(|cut| plan.step(step).broken_off(cut.at));
    let planned = broken_off.as_ref().unwrap_or(plan.step(step));
    let edits = edits(&planned.slots, |name| bound(progress, flow, name));
    match edits {
        Ok(edits) => Ok(replaced(&planned.body.text, &edits)),
        Err(problem) => Err(Refusal::Unfillable {
            step: planned.id.clone(),
            position: planned.body.position(problem.range.start),
            variable: problem.name,
            why: problem.why,
        }),
    }
}

/// That `step` is not needed, if its `when` is not true.
///
/// # Errors
/// Its `when` cannot be looked at.
pub(super) fn not_needed(
    plan: &Plan,
    progress: &Progress,
    flow: &Flow,
    step: StepIndex,
) -> Result<Option<Event>, Refusal> {
    let planned = plan.step(step);
    let Some(name) = &planned.flow.when else {
        return Ok(None);
    };
    let value = match bound(progress, flow, name) {
        Bound::Value(value) if is_true(value) => return Ok(None),
        Bound::Value(value) => Some(value.to_owned()),
        Bound::Missing => None,
        Bound::Secret => {
            return Err(Refusal::Unfillable {
                step: planned.id.clone(),
                position: None,
                variable: name.clone(),
                why: "is secret, and a step cannot depend on it",
            });
        }
    };
    Ok(Some(Event::StepNotNeeded {
        step: planned.id.clone(),
        variable: name.clone(),
        value,
    }))
}

/// What PostgreSQL and people write for true.
fn is_true(value: &str) -> bool {
    let value = value.trim();
    ["true", "t", "yes", "on", "1"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word))
}
