//! What a session says without being asked.

use stepmark_core::runner::{Blocker, ServerProgress, WaitsFor};

/// What an observer sees of a session's work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// What its backend waits for; none while it works.
    pub waits_for: Option<WaitsFor>,
    /// Who is in its way, nearest first; at most [`stepmark_core::runner::BLOCKERS_MAX`].
    pub blockers: Vec<Blocker>,
    /// How far the server says it is, where it says so.
    pub progress: Option<ServerProgress>,
}

/// What a session says without being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// The connection ended while nothing ran on it; said once. An open transaction is gone with it.
    Lost {
        /// What the connection reported.
        message: String,
    },
    /// What the observer sees of the work under way; said again when it changes.
    Watched(Box<Observed>),
    /// The observer cannot see, and why; said once a session.
    Blind {
        /// What is in its way.
        message: String,
    },
    /// All statements of a `transaction` work have run; the COMMIT waits for [`super::Session::commit`].
    CommitReady {
        /// Its `pg_current_xact_id()`; none when it wrote nothing.
        transaction_id: Option<String>,
    },
}
