//! What stands in a runbook's front matter.

use super::{ConnectionSpec, InputSpec, RehearsalSpec, Requirements};

/// What stands in a runbook's front matter; empty for a runbook without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// `owner:`
    pub owner: Option<String>,
    /// `environment:`; `production` asks for a typed confirmation at the start.
    pub environment: Option<String>,
    /// `connections:` in order; empty where there is only the default one.
    pub connections: Vec<ConnectionSpec>,
    /// `inputs:` in order.
    pub inputs: Vec<InputSpec>,
    /// `requires:`
    pub requires: Requirements,
    /// `rehearsal:`
    pub rehearsal: RehearsalSpec,
}
