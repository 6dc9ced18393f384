//! What reaches the driver's thread.

use stepmark_core::record::{Fate, TargetIdentity, TransactionEnd};
use stepmark_core::runner::{Command, OpenFailure, Watch, WorkEnded};
use stepmark_core::{Attempt, ConnectionName, StepIndex};
use stepmark_engines::postgres::{Session, SqlDone};

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
    /// The process of a background step is there.
    WentUp(StepIndex, Attempt),
    /// Whoever has the terminal has let it go, for the step that waits for it.
    TerminalFree,
    /// What the observer of a session sees.
    Watched(Watch),
    /// The observer of a connection cannot see.
    Blind(ConnectionName, String),
    /// An engine's work for an attempt is over.
    Ended(StepIndex, Attempt, Box<WorkOver>),
    /// What worked for an attempt has panicked, and nobody will tell its end.
    Panicked,
    /// An attempt that no engine works for is to be concluded.
    Conclude(StepIndex, Attempt),
    /// The COMMIT of a `transaction` step waits to be sent.
    CommitReady(ConnectionName, Option<String>),
    /// The server said what became of a step's transaction, or could not be asked.
    Resolved(StepIndex, Attempt, Result<Fate, String>),
    /// A ROLLBACK was answered.
    Abandoned(ConnectionName, TransactionEnd),
    /// A session ended at our wish.
    Closed(ConnectionName, Option<TransactionEnd>),
    /// A session ended on its own while nothing ran on it.
    Lost(ConnectionName, String),
}

/// An engine's work that is over, and what it handed back.
pub(crate) enum WorkOver {
    /// A session's.
    Sql(SqlDone),
    /// Anything else's.
    Other(WorkEnded),
}
