//! How a driven run ended.

use stepmark_core::progress::Ending;

/// How a driven run ended, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How it ended.
    pub ending: Ending,
    /// How often its files and directories were synced, creation and end included.
    pub syncs: u64,
}
