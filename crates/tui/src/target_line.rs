//! A connection of the runbook, as it stands before the first step.

use stepmark_core::ConnectionName;
use stepmark_core::record::TargetIdentity;
use stepmark_core::runner::{OpenFailure, Setting};

/// A connection of the runbook, as it stands before the first step.
#[derive(Clone, Debug)]
pub struct TargetLine {
    /// Its name in the runbook.
    pub connection: ConnectionName,
    /// Where it leads, as far as that was tried.
    pub reach: Reach,
    /// The settings it is opened with and where each came from; never a password.
    pub settings: Vec<Setting>,
}

/// Whether and where a connection leads.
#[derive(Clone, Debug)]
pub enum Reach {
    /// It was opened and said what it leads to.
    Identified(Box<TargetIdentity>),
    /// It could not be opened.
    Failed(OpenFailure),
    /// Nobody tried yet; it is opened by the first step that needs it.
    Untried,
}
