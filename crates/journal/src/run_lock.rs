//! The lock that makes one process the runner of a run. Does not identify the holder.

use std::fs::TryLockError;
use std::path::Path;
use std::time::Duration;

use crate::disk::{DiskFile, FileDisk};
use crate::{DirectoryError, RunDirectory};

/// How often, and how far apart, a held lock is tried again: a probe by a reader holds it for microseconds.
const TRIES_MAX: u32 = 20;
const TRY_PAUSE: Duration = Duration::from_millis(5);

/// Held as long as this lives; freed by the kernel when the process dies. Not inherited by child processes.
pub(crate) struct RunLock(
    #[expect(dead_code, reason = "closing the file frees the lock")] Box<dyn DiskFile>,
);

impl RunLock {
    /// Takes the lock on `file`, or says who cannot have the run.
    pub(crate) fn take(
        file: Box<dyn DiskFile>,
        directory: &RunDirectory,
    ) -> Result<Self, DirectoryError> {
        for attempt in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempt < TRIES_MAX => {
                    std::thread::sleep(TRY_PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(DirectoryError::Locked {
                        path: directory.path().to_owned(),
                    });
                }
                Err(TryLockError::Error(error)) => {
                    return Err(DirectoryError::unwritable(&directory.lock_file(), &error));
                }
            }
        }
        Ok(Self(file))
    }
}

/// Whether some process holds the lock at `path` now. The probe is shared, so probes do not see each other.
pub(crate) fn is_held(path: &Path) -> bool {
    FileDisk::read(path)
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}
