//! A process run to its end, with what it took. Does not compare.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// What a process took from its start to its end.
#[derive(Clone, Copy)]
pub(crate) struct Finished {
    pub(crate) wall: Duration,
    /// The most memory it, or one of the processes it waited for, had resident, in KiB. It counts from the fork on, so
    /// nothing large may be held here.
    pub(crate) peak: i64,
}

impl Finished {
    /// Runs `command`, which has to succeed.
    pub(crate) fn of(mut command: Command) -> Self {
        let start = Instant::now();
        #[expect(
            clippy::zombie_processes,
            reason = "it is waited for by wait4, which tells what it took"
        )]
        let child = command.spawn().expect("the program starts");
        let (succeeded, peak) = reap(&child);
        let wall = start.elapsed();
        assert!(succeeded, "failed: {command:?}");
        Self { wall, peak }
    }

    /// What `work`, which is no process, took.
    pub(crate) fn work(work: impl FnOnce()) -> Self {
        let start = Instant::now();
        work();
        Self {
            wall: start.elapsed(),
            peak: 0,
        }
    }

    /// One after the other.
    pub(crate) fn then(self, next: Self) -> Self {
        Self {
            wall: self.wall + next.wall,
            peak: self.peak.max(next.peak),
        }
    }
}

/// Waits for `child`; whether it succeeded, and the peak of its memory in KiB.
fn reap(child: &Child) -> (bool, i64) {
    let id = libc::pid_t::try_from(child.id()).expect("a process id");
    let mut status = 0;
    // SAFETY: all-zero bytes are a valid rusage, which holds numbers only.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to locals, and the child is ours and is waited for nowhere else.
    let waited = unsafe { libc::wait4(id, &raw mut status, 0, &raw mut usage) };
    (waited == id && status == 0, usage.ru_maxrss)
}
