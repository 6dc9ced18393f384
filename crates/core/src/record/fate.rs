//! What became of a transaction whose COMMIT was not answered.

use serde::{Deserialize, Serialize};

/// What became of a transaction, as its server says afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It committed: all of it took effect.
    Committed,
    /// It did not, and nothing of it stayed.
    Aborted,
}

impl Fate {
    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Aborted => "aborted",
        }
    }
}
