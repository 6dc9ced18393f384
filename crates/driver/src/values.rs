//! The values of variables for a step about to run, secrets included: what goes into SQL, and what shells are given.

use std::collections::BTreeMap;

use stepmark_core::plan::{Bound, Edit, SlotProblem, Step, edits};
use stepmark_core::progress::{Binding, Progress};
use stepmark_core::runner::{Cut, Flow};
use stepmark_core::{StepIndex, VariableName};

use crate::vault::Vault;

/// The values of variables for a step about to run. Kept no longer than it takes to start it.
pub(crate) struct Values {
    by_name: BTreeMap<VariableName, String>,
    cut: Option<Cut>,
}

impl Values {
    /// Every variable that has a value now.
    pub(crate) fn now(progress: &Progress, flow: &Flow, vault: &Vault) -> Self {
        let mut values = flow.terms.addresses.clone();
        for (name, binding) in progress.bindings() {
            let value = match binding {
                Binding::Known(value) => Some(value.as_str()),
                Binding::Secret => vault.get(name),
            };
            if let Some(value) = value {
                values.insert(name.clone(), value.to_owned());
            }
        }
        Self {
            by_name: values,
            cut: flow.cut,
        }
    }

    /// The step as it is to be run now: broken off, where a rehearsal wants that.
    pub(crate) fn broken_off(&self, index: StepIndex, step: &Step) -> Option<Step> {
        let cut = self.cut.filter(|cut| cut.step == index)?;
        Some(step.broken_off(cut.at))
    }

    /// The edits that put them into the text of `step`.
    ///
    /// # Errors
    /// A variable that has no value, or one that cannot stand where it should.
    pub(crate) fn edits(&self, step: &Step) -> Result<Vec<Edit>, SlotProblem> {
        edits(&step.slots, |name| {
            self.by_name
                .get(name)
                .map_or(Bound::Missing, |value| Bound::Value(value))
        })
    }

    /// Them all, as environment variables are given.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let pair = |(name, value): (&VariableName, &String)| (name.to_string(), value.clone());
        self.by_name.iter().map(pair).collect()
    }
}
