//! The lock that makes one process the runner of a run. Does not wait for it.

use std::fs::{self, TryLockError};
use std::os::unix::fs::MetadataExt as _;
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
                        holder: look_for_holder(&directory.lock_file()),
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

/// The kernel hands its list of locks out in pieces, and a line is missed when locks before it are freed meanwhile, so it is
/// read more than once.
fn look_for_holder(path: &Path) -> Option<u32> {
    (0..TRIES_MAX).find_map(|_| {
        let found = holder(path);
        if found.is_none() {
            std::thread::sleep(TRY_PAUSE);
        }
        found
    })
}

/// The process that holds the lock at `path`, as `/proc/locks` has it (proc_locks(5)): kind, process, device and inode. A
/// layered file system has another device there than for `stat`, so a process that is called like this one will do too.
fn holder(path: &Path) -> Option<u32> {
    let file = fs::metadata(path).ok()?;
    let (major, minor) = (rustix::fs::major(file.dev()), rustix::fs::minor(file.dev()));
    let device = format!("{major:02x}:{minor:02x}");
    let inode = file.ino().to_string();
    let name = |process: &str| fs::read_to_string(format!("/proc/{process}/comm")).ok();
    let locks = fs::read_to_string("/proc/locks").ok()?;
    locks.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let (kind, mode, process) = (words.next()?, words.nth(1)?, words.next()?);
        let (on, found) = words.next()?.rsplit_once(':')?;
        let is_it = (kind, mode) == ("FLOCK", "WRITE") && found == inode;
        let is_known = on == device || name(process) == name("self");
        (is_it && is_known).then(|| process.parse().ok()).flatten()
    })
}
