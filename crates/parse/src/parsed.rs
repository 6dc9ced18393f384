//! What comes of reading a runbook.

use stepmark_core::plan::Plan;

use crate::{Diagnostic, Severity};

/// A plan and what was wrong with its source.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The plan; where there are errors it is safe to look at and must not be run.
    pub plan: Plan,
    /// What was found, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// Files that are included and were not among the sources, by their paths from the runbook's folder. With them the same
    /// runbook is to be read again; as it stands each is an error.
    pub wanted: Vec<String>,
}

impl Parsed {
    /// Whether anything found forbids running the plan.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}
