//! What is known of one connection.

use crate::StepIndex;
use crate::record::{TargetIdentity, TransactionStatus};

/// What the records say of one connection.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionProgress {
    /// What its last session led to.
    pub target: TargetIdentity,
    /// How many sessions it had in this run.
    pub epoch: u32,
    /// State of its transaction.
    pub transaction: TransactionStatus,
    /// The steps held in that transaction, in the order they finished; the first one opened it.
    pub held: Vec<StepIndex>,
    /// The step whose statement opened the transaction, also when that step failed.
    pub opener: Option<StepIndex>,
    /// The steps that left something in this session, in the order they finished.
    pub left: Vec<StepIndex>,
    /// The steps whose doing was lost with an earlier session: to be run again or waived before anything else.
    pub missing: Vec<StepIndex>,
}
