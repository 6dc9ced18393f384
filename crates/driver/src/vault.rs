//! The secrets of a run: in memory alone, and masked wherever they would turn up.

use std::collections::BTreeMap;

use stepmark_core::plan::{Step, StepKind};
use stepmark_core::{ConnectionName, StepId, VariableName};
use stepmark_engines::postgres::Settings;
use stepmark_engines::redact::{Names, Redactor};

use crate::GivenInput;

/// The secrets of a run, and what masks them. Nothing of it is ever written or shown.
pub(crate) struct Vault {
    secrets: BTreeMap<VariableName, String>,
    redactor: Redactor,
    names: Names,
}

impl Vault {
    /// The secrets among `inputs`, the passwords of `connections`, and those written down in `steps`.
    pub(crate) fn new(
        inputs: &[GivenInput],
        connections: &BTreeMap<ConnectionName, Settings>,
        steps: &[Step],
    ) -> Self {
        let secrets: BTreeMap<VariableName, String> = inputs
            .iter()
            .filter(|input| input.secret)
            .map(|input| (input.name.clone(), input.value.clone()))
            .collect();
        let passwords = connections.iter().flat_map(|(name, settings)| {
            let label = format!("password of {name}");
            let one = move |password: &str| (label.clone(), password.to_owned());
            settings.passwords().map(one)
        });
        let named = secrets
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()));
        let given = connections.values();
        let names = Names::new(
            steps,
            given.flat_map(|settings| [settings.user(), settings.database()]),
        );
        let written = steps.iter().flat_map(|step| {
            let label = written_label(&step.id);
            let one = move |value| (label.clone(), value);
            names
                .written_passwords(step.kind, &step.body.text)
                .into_iter()
                .map(one)
        });
        Self {
            redactor: Redactor::new(named.chain(passwords).chain(written)),
            secrets,
            names,
        }
    }

    /// What masks the secrets there are by now.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Takes in a captured value that holds a secret.
    pub(crate) fn keep(&mut self, name: VariableName, value: String) {
        let one = (name.to_string(), value.clone());
        self.redactor = self.redactor.with_all([one]);
        self.secrets.insert(name, value);
    }

    /// Takes in the passwords written down in what `step` is about to do, all at once: a redactor is made anew for them.
    pub(crate) fn learn<'a>(
        &mut self,
        step: &StepId,
        kind: StepKind,
        texts: impl IntoIterator<Item = &'a str>,
    ) {
        let names = &self.names;
        let values = texts
            .into_iter()
            .flat_map(|text| names.written_passwords(kind, text))
            .map(|value| (written_label(step), value));
        self.redactor = self.redactor.with_all(values);
    }

    /// The secret called `name`.
    pub(crate) fn get(&self, name: &VariableName) -> Option<&str> {
        self.secrets.get(name).map(String::as_str)
    }
}

/// What stands for a password written down in `step`.
fn written_label(step: &StepId) -> String {
    format!("password in {step}")
}
