//! Which variables stand in the text of each step. Does not know their values: those are the run's.
//! Addresses of connections are left out, since only the run's own terms hold them.

use std::collections::{HashMap, HashSet};

use stepmark_core::plan::{Plan, SlotForm, Step};
use stepmark_core::{StepIndex, VariableName};

/// A variable in a step's text, which has a row below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageVariable {
    pub(crate) name: VariableName,
    /// How it is written where it stands first.
    pub(crate) form: SlotForm,
    pub(crate) origin: VariableOrigin,
}

/// Where a variable gets its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VariableOrigin {
    /// From whoever starts the run.
    Input,
    /// From a step.
    Capture,
}

/// The variables of every step that has some.
#[derive(Debug, Default)]
pub(crate) struct PageVariables {
    of: HashMap<StepIndex, Vec<PageVariable>>,
}

impl PageVariables {
    /// Those of `plan`.
    pub(crate) fn new(plan: &Plan) -> Self {
        let inputs = plan.front.inputs.iter().map(|input| &input.name);
        let inputs: HashSet<&VariableName> = inputs.collect();
        let captures = plan.steps.iter().flat_map(|step| &step.flow.captures);
        let captures: HashSet<&VariableName> = captures.collect();
        let origin = |name: &VariableName| match (inputs.contains(name), captures.contains(name)) {
            (true, _) => Some(VariableOrigin::Input),
            (false, true) => Some(VariableOrigin::Capture),
            (false, false) => None,
        };
        let of = plan
            .indexed()
            .filter(|(_, step)| !step.slots.is_empty())
            .map(|(index, step)| (index, distinct(step, origin)))
            .collect();
        Self { of }
    }

    /// Those of `step`, each once, in the order in which they stand in it.
    pub(crate) fn of(&self, step: Option<StepIndex>) -> &[PageVariable] {
        step.and_then(|step| self.of.get(&step))
            .map_or(&[], Vec::as_slice)
    }
}

/// Each variable once; one that is only tested keeps that form, any other the first that writes its value.
fn distinct(
    step: &Step,
    origin: impl Fn(&VariableName) -> Option<VariableOrigin>,
) -> Vec<PageVariable> {
    let mut found: Vec<PageVariable> = Vec::new();
    for slot in &step.slots {
        let known = found.iter_mut().find(|known| known.name == slot.name);
        match (known, origin(&slot.name)) {
            (Some(known), _) if known.form == SlotForm::Test => known.form = slot.form,
            (Some(_), _) | (None, None) => {}
            (None, Some(origin)) => found.push(PageVariable {
                name: slot.name.clone(),
                form: slot.form,
                origin,
            }),
        }
    }
    found
}
