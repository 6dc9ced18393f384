//! What a step needs, where that is worth saying.

use stepmark_core::StepIndex;
use stepmark_core::plan::{Plan, Step};

/// The ids that `step` needs; empty when it is just the step of the main flow before it.
pub(super) fn needs(plan: &Plan, index: StepIndex, step: &Step) -> String {
    let before = &plan.steps[..index.0];
    let previous = before.iter().rposition(Step::is_main).map(StepIndex);
    if step.needs.as_slice() == previous.as_slice() {
        return String::new();
    }
    if step.needs.is_empty() {
        return "none".to_owned();
    }
    let ids: Vec<&str> = step
        .needs
        .iter()
        .map(|&need| plan.step(need).id.as_str())
        .collect();
    ids.join(",")
}
