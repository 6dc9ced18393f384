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

impl FrontMatter {
    /// Whether people depend on what it is written for.
    pub fn is_production(&self) -> bool {
        let environment = self.environment.as_deref().map(str::trim);
        environment.is_some_and(|word| word.eq_ignore_ascii_case("production"))
    }
}
