//! What the screen is given when it opens.

use stepmark_core::RunId;
use stepmark_core::plan::Plan;
use stepmark_core::runner::Command;

use crate::TargetLine;

/// What the screen is given when it opens.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The runbook.
    pub plan: Plan,
    /// The connections of the runbook and where they lead, in order of first use.
    pub targets: Vec<TargetLine>,
    /// The run's id.
    pub run: RunId,
    /// The runbook's path, as given.
    pub path: String,
    /// The run's directory, as shown to the operator.
    pub log: String,
    /// Whether the connections lead to throwaway clusters.
    pub scratch: bool,
    /// When this exact text was rehearsed last and how that came out; none on throwaway clusters.
    pub rehearsed: Option<String>,
    /// What the run was taken up for; it is asked about once the first screen is left.
    pub first: Option<Command>,
}

impl Opening {
    /// Whether people depend on what it works on.
    pub fn is_production(&self) -> bool {
        !self.scratch && self.plan.front.is_production()
    }
}
