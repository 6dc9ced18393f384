//! The lock file of an attempt: inherited by its processes, so that survivors of our death are found.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;

use stepmark_core::{Attempt, StepId};
use stepmark_journal::RunDirectory;

/// Makes and takes the lock of an attempt. It stays held until the last process that inherited it is gone.
pub(crate) fn take(directory: &RunDirectory, step: &StepId, attempt: Attempt) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(directory.locks().join(format!("{step}.{attempt}")))?;
    file.try_lock()?;
    Ok(file)
}
