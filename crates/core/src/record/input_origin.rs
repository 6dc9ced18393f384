//! Where an input's value came from.

use serde::{Deserialize, Serialize};

/// Where an input's value came from, in the order in which they are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum InputOrigin {
    /// `--set name=value`
    Flag,
    /// `--set name=@path`
    File {
        /// The path as given.
        path: String,
    },
    /// The environment variable that the runbook names.
    Environment {
        /// Its name.
        variable: String,
    },
    /// A person at the prompt.
    Prompt,
    /// The runbook's own default.
    Default,
    /// Made up by a rehearsal: a secret that is worth nothing anywhere else.
    Rehearsal,
}

impl InputOrigin {
    /// The origin for a person.
    pub fn phrase(&self) -> String {
        match self {
            Self::Flag => "--set".to_owned(),
            Self::File { path } => format!("file {path}"),
            Self::Environment { variable } => format!("environment variable {variable}"),
            Self::Prompt => "the prompt".to_owned(),
            Self::Default => "its default".to_owned(),
            Self::Rehearsal => "the rehearsal, which made it up".to_owned(),
        }
    }
}
