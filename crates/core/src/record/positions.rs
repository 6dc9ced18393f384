//! Where a server stood when a step began and when it was over.

use serde::{Deserialize, Serialize};

/// Where a server stood around a step, as its observer saw it: the exact points for point-in-time recovery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions {
    /// Before the first byte of the step was sent; none when the observer had no answer in time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Position>,
    /// After its last answer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<Position>,
    /// The id of the session's transaction that was open after the step, if one that wrote was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transaction_id: Option<String>,
}

/// Where a server stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// `pg_current_wal_lsn()`, on a standby `pg_last_wal_replay_lsn()`, as `16/B374D848`.
    pub lsn: String,
    /// One past the newest transaction id that has ended, `pg_snapshot_xmax(pg_current_snapshot())`, with its epoch; a
    /// transaction that is still open may have it already.
    pub next_transaction_id: String,
}

impl Positions {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
