//! How a run can end.

use crate::record::{PauseReason, Verdict};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With something left to do.
    Paused(PauseReason),
    /// With everything settled.
    Finished(Verdict),
}
