//! What the driver is told to do.

use std::time::Duration;

use crate::{Attempt, ConnectionName, StepIndex};

/// Something for the driver to do, after the decision's events are on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open a session.
    Open(ConnectionName),
    /// End a session; an open transaction is rolled back first.
    Close(ConnectionName),
    /// Send ROLLBACK.
    Abandon(ConnectionName),
    /// Do a step's work.
    Perform {
        /// The step.
        step: StepIndex,
        /// The attempt whose intent was just recorded.
        attempt: Attempt,
    },
    /// Look once more after this long, for a `wait` step.
    Poll {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
        /// How long.
        after: Duration,
    },
    /// Put the output of a step on disk and say [`super::Report::Concluded`], if no engine works for it: it waits between two
    /// looks, or has made statements that are not sent. Nothing to do while one does, whose end will be told.
    Conclude {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
    },
    /// Say [`super::Input::RetryDue`] after this long.
    Retry {
        /// The step.
        step: StepIndex,
        /// The attempt that failed.
        attempt: Attempt,
        /// How long.
        after: Duration,
    },
    /// Send the statements that a `gexec` step made; their list is recorded.
    RunGenerated {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
    },
    /// Send the COMMIT of a `transaction` step; it is announced.
    Commit {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
    },
    /// Ask the server what became of a transaction whose COMMIT was not answered, and say [`super::Report::Resolved`].
    Resolve {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
        /// The connection it was on.
        connection: ConnectionName,
        /// Its id, as announced.
        transaction_id: String,
    },
    /// Stop the work of an attempt.
    Cancel {
        /// The step.
        step: StepIndex,
        /// How hard, from 1: 1 asks, 2 insists, 3 kills.
        force: u8,
    },
    /// End the process of a background step: asked, then insisted on, then killed, each after a grace.
    StopBackground {
        /// The step.
        step: StepIndex,
    },
    /// Say [`super::Input::TimedOut`] after this long, if the attempt is still under way.
    Arm {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
        /// How long.
        after: Duration,
    },
    /// The run's last record is written; end the loop.
    End,
}
