//! What the screen wants done.

use stepmark_core::runner::Command;

/// What the screen wants done; `update` only says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Pass this on to the run.
    Send(Command),
    /// Leave the screen at once; only when the run can say nothing more.
    Quit,
}
