//! What reaches the driver's thread.

use stepmark_core::record::{TargetIdentity, TransactionEnd};
use stepmark_core::runner::{Command, OpenFailure, WorkEnded};
use stepmark_core::{Attempt, ConnectionName, StepIndex};
use stepmark_engines::postgres::Session;

/// What reaches the driver's thread.
pub(crate) enum Message {
    /// From the operator.
    Command(Command),
    /// A signal that asks us to end.
    Signal(i32),
    /// A session was opened, or not; the number is that of the opening.
    Opened(
        u64,
        ConnectionName,
        Result<Box<(Session, TargetIdentity)>, Box<OpenFailure>>,
    ),
    /// The disk did not take a step's output; its outcome cannot be recorded any more.
    OutputRefused(StepIndex),
    /// A step's work is over.
    Ended(StepIndex, Attempt, WorkEnded),
    /// A ROLLBACK was answered.
    Abandoned(ConnectionName, TransactionEnd),
    /// A session ended at our wish.
    Closed(ConnectionName, Option<TransactionEnd>),
    /// A session ended on its own while nothing ran on it.
    Lost(ConnectionName, String),
}
