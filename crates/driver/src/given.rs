//! What was given before the run started.

use stepmark_core::VariableName;
use stepmark_core::record::InputOrigin;

/// An input with its value.
#[derive(Clone)]
pub struct GivenInput {
    /// The input.
    pub name: VariableName,
    /// Its value; where it is secret it stays in memory.
    pub value: String,
    /// Whether it is never shown or written.
    pub secret: bool,
    /// Where it came from.
    pub origin: InputOrigin,
}

/// What was answered when the runbook named its environment.
#[derive(Clone, Debug)]
pub struct EnvironmentAnswer {
    /// `environment:` of the runbook.
    pub environment: String,
    /// What was typed, or what `--environment` gave.
    pub answer: String,
    /// Whether a flag gave it.
    pub by_flag: bool,
}
