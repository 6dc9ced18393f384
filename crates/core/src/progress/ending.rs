//! How a run can end.

use crate::record::{PauseReason, Verdict};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With something left to do.
    Paused(PauseReason),
    /// With every step settled, or with all undone that has an undo.
    Finished(Verdict),
}
