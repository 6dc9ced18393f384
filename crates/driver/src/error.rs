//! What can stop the driver itself.

use std::io;

use stepmark_engines::shell::ShellsError;
use stepmark_journal::JournalError;

/// Our own failures; a failing step is not one.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The journal could not be written, so nothing more may run.
    #[error("the journal could not be written: {error}")]
    Journal {
        /// What went wrong.
        #[source]
        error: JournalError,
        /// The step whose outcome is not recorded, with that outcome in words.
        unrecorded: Option<String>,
    },
    /// Shell steps cannot be run on this machine.
    #[error(transparent)]
    Shells(#[from] ShellsError),
    /// The system refuses a thread that every run needs.
    #[error("no new thread could be started: {0}; see `ulimit -u`")]
    Thread(#[source] io::Error),
    /// The password file for shell steps cannot be written.
    #[error("the password file for shell steps cannot be written: {0}")]
    Passfile(#[source] io::Error),
}
