//! What a session says without being asked.

/// What a session says without being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// The connection ended while nothing ran on it; said once. An open transaction is gone with it.
    Lost {
        /// What the connection reported.
        message: String,
    },
    /// All statements of a `transaction` work have run; the COMMIT waits for [`super::Session::commit`].
    CommitReady {
        /// Its `pg_current_xact_id()`; none when it wrote nothing.
        transaction_id: Option<String>,
    },
}
