//! What lies behind the point of no return. Pure.

use std::collections::BTreeSet;

use stepmark_core::StepIndex;
use stepmark_core::plan::Plan;

/// The steps from which there is no way back: each `no-return` step, and whatever needs one.
#[derive(Debug, Default)]
pub(super) struct Barrier {
    first: Option<StepIndex>,
    behind: BTreeSet<StepIndex>,
}

impl Barrier {
    pub(super) fn of(plan: &Plan) -> Self {
        let is_barrier = |index: &StepIndex| {
            let step = plan.step(*index);
            step.is_main() && step.flow.no_return
        };
        let mut todo: Vec<StepIndex> = plan
            .indexed()
            .map(|(index, _)| index)
            .filter(is_barrier)
            .collect();
        let mut barrier = Self {
            first: todo.first().copied(),
            behind: BTreeSet::new(),
        };
        while let Some(index) = todo.pop() {
            if barrier.behind.insert(index) {
                todo.extend(plan.dependants(index));
            }
        }
        barrier
    }

    /// The first `no-return` step.
    pub(super) fn first(&self) -> Option<StepIndex> {
        self.first
    }

    /// Whether nothing undoes `step`: it is a point of no return, or needs one.
    pub(super) fn is_behind(&self, step: StepIndex) -> bool {
        self.behind.contains(&step)
    }
}

#[cfg(test)]
mod tests {
    use super::Barrier;
    use crate::app::Runbook;

    #[test]
    fn what_needs_a_step_without_return_lies_behind_it_and_branches_do_not() {
        let plan = Runbook::of_text(
            "```bash {name=a}\ntrue\n```\n\n```bash {name=b no-return}\ntrue\n```\n\n\
             ```bash {name=c}\ntrue\n```\n\n```bash {name=d needs=a}\ntrue\n```\n",
        )
        .plan;
        let barrier = Barrier::of(&plan);
        let behind: Vec<&str> = plan
            .indexed()
            .filter(|(index, _)| barrier.is_behind(*index))
            .map(|(_, step)| step.id.as_str())
            .collect();
        assert_eq!(behind, ["b", "c"]);
        assert_eq!(
            barrier.first().map(|first| plan.step(first).id.as_str()),
            Some("b")
        );
    }
}
