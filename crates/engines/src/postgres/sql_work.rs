//! What a session is given to do for one step.

use stepmark_core::plan::{Body, Expectation};

/// A fence to run: each of its statements a query of its own, up to the first error.
#[derive(Clone, Debug)]
pub struct SqlWork {
    /// The text, and where its lines stand in the runbook.
    pub body: Body,
    /// What its last result must be.
    pub expectation: Option<Expectation>,
}
