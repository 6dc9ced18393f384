//! A process run to its end, with what it took. Does not compare.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// What a process took from its start to its end.
#[derive(Clone, Copy)]
pub struct Finished {
    /// The time on the clock.
    pub wall: Duration,
    /// The most memory it, or one of the processes it waited for, had resident, in KiB. It counts from the fork on, so
    /// nothing large may be held here.
    pub peak: i64,
    /// How it ended; none where it was no process.
    pub status: Option<ExitStatus>,
}

impl Finished {
    /// Runs `command`, however it ends.
    #[expect(
        clippy::zombie_processes,
        reason = "it is waited for by wait4, which tells what it took"
    )]
    pub fn of(mut command: Command) -> Self {
        let start = Instant::now();
        let child = command.spawn().expect("the program starts");
        let (status, peak) = reap(&child);
        Self {
            wall: start.elapsed(),
            peak,
            status: Some(status),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        let status = self.status.expect("a process");
        assert_eq!(status.code(), Some(code), "{status:?}");
        self
    }

    /// What `work`, which is no process, took.
    pub fn work(work: impl FnOnce()) -> Self {
        let start = Instant::now();
        work();
        Self {
            wall: start.elapsed(),
            peak: 0,
            status: None,
        }
    }

    /// One after the other.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self {
            wall: self.wall + next.wall,
            peak: self.peak.max(next.peak),
            status: next.status,
        }
    }
}

/// Waits for `child`; how it ended, and the peak of its memory in KiB.
fn reap(child: &Child) -> (ExitStatus, i64) {
    let id = libc::pid_t::try_from(child.id()).expect("a process id");
    let mut status = 0;
    // SAFETY: all-zero bytes are a valid rusage, which holds numbers only.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to locals, and the child is ours and is waited for nowhere else.
    let waited = unsafe { libc::wait4(id, &raw mut status, 0, &raw mut usage) };
    assert_eq!(waited, id, "our child");
    (ExitStatus::from_raw(status), usage.ru_maxrss)
}
