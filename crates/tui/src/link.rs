//! What the screen is connected to.

use stepmark_core::output::OutputReader;
use stepmark_core::runner::Command;

use crate::News;

/// What the screen is connected to: a live run or a finished one, it cannot tell.
pub trait Link {
    /// The records since the last call and the latest glimpse. Called on every wake, so it must be cheap.
    fn news(&mut self) -> News;

    /// Passes a wish of the operator on. Never waits.
    fn send(&self, command: Command);

    /// Says that nothing of the screen stands on the terminal or reads from it any more, for the step that has it now. Never
    /// waits; the terminal comes back with the record that says so.
    fn terminal_free(&self);

    /// Writes what the operator copied into a file, where the terminal's clipboard may not take it, and says where. `name` is
    /// what it is, for the file's name; `text` is as it is shown, so that it holds no secret. At most 1 MiB.
    ///
    /// # Errors
    /// In words, when there is no such file.
    fn keep(&self, name: &str, text: &str) -> Result<String, String>;

    /// What the steps printed.
    fn output(&self) -> &dyn OutputReader;
}
