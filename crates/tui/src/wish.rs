//! What the screen wants done.

use stepmark_core::runner::Command;

use crate::copying::Copying;

/// What the screen wants done; `update` only says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Pass this on to the run.
    Send(Command),
    /// Copy this, and tell with [`crate::message::Message::Copied`] what became of it.
    Copy(Copying),
    /// Give the terminal to the shell until it continues us.
    Suspend,
    /// Leave the screen at once; only when the run can say nothing more.
    Quit,
}
