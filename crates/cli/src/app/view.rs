//! Connects the screen to the run.

use std::path::Path;
use std::time::Duration;

use stepmark_core::output::OutputReader;
use stepmark_core::runner::Command;
use stepmark_driver::{Cursor, Remote};
use stepmark_tui::{Link, News};

use super::copied;

/// The screen's side of a live run.
pub(crate) struct View<'a> {
    pub(crate) cursor: Cursor,
    pub(crate) remote: Remote,
    pub(crate) outputs: &'a dyn OutputReader,
    /// Where the run's files are.
    pub(crate) folder: &'a Path,
}

impl Link for View<'_> {
    fn news(&mut self) -> News {
        #[cfg(debug_assertions)]
        crate::drill::panic_if_asked();
        let (records, glimpse) = self.cursor.news();
        let over = self.cursor.wait(Duration::ZERO);
        News {
            records,
            glimpse,
            over,
        }
    }

    fn send(&self, command: Command) {
        self.remote.command(command);
    }

    fn terminal_free(&self) {
        self.remote.terminal_free();
    }

    fn keep(&self, name: &str, text: &str) -> Result<String, String> {
        copied::keep(self.folder, name, text)
    }

    fn output(&self) -> &dyn OutputReader {
        self.outputs
    }
}
