//! Transactions that outlive a step.

use serde::{Deserialize, Serialize};

/// State of a session's transaction, as ReadyForQuery reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionStatus {
    /// None is open (`I`).
    #[default]
    Idle,
    /// One is open (`T`).
    Open,
    /// One is open and has failed; only ROLLBACK is accepted (`E`).
    Failed,
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionEnd {
    /// Its effects stay.
    Committed,
    /// Its effects are gone.
    RolledBack,
    /// The session was lost before COMMIT was sent; its effects are gone.
    Lost,
    /// The session was lost while COMMIT was under way.
    Unknown,
}

impl TransactionEnd {
    /// The end in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::RolledBack => "rolled back",
            Self::Lost => "lost",
            Self::Unknown => "unknown",
        }
    }
}
