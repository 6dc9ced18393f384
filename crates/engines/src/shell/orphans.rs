//! Processes of a step that outlived the runner that started it. They are nobody's children of ours, so they are found by
//! the lock file they inherited and by the run they carry in their environment.

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::process::{self, Pid, Signal};

use super::process::{Identity, Process};

/// A process that was left over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Its process id.
    pub pid: i32,
    /// The program and its arguments, cut at 120 characters.
    pub command: String,
}

/// The processes that hold the lock at `lock`, or carry `run` and `step` in their environment, in order of their ids. Of
/// processes of other users only those that hold the lock are known, and only that there is one.
pub fn orphans(lock: &Path, run: &str, step: &str) -> Vec<Orphan> {
    let own = std::process::id().cast_signed();
    let found = Process::all().into_iter().filter(|process| {
        !process.is_zombie
            && process.identity.pid != own
            && (holds(&process.identity, lock) || carries(process, run, step))
    });
    found
        .map(|process| Orphan {
            pid: process.identity.pid,
            command: command(process.identity.pid),
        })
        .collect()
}

/// Whether something holds the lock at `lock`, whoever it is.
pub fn is_locked(lock: &Path) -> bool {
    File::open(lock)
        .is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_err())
}

/// Ends the orphans: SIGTERM, and SIGKILL after `grace`; new ones that they start meanwhile are ended too. Whether none is
/// left.
pub fn end_orphans(lock: &Path, run: &str, step: &str, grace: Duration) -> bool {
    let look = || orphans(lock, run, step);
    send(&look(), Signal::TERM);
    let until = Instant::now() + grace;
    while Instant::now() < until {
        if look().is_empty() {
            return !is_locked(lock);
        }
        thread::sleep(LOOK_INTERVAL);
    }
    let until = Instant::now() + KILL_PATIENCE;
    while Instant::now() < until {
        let left = look();
        if left.is_empty() {
            return !is_locked(lock);
        }
        send(&left, Signal::KILL);
        thread::sleep(LOOK_INTERVAL);
    }
    false
}

const LOOK_INTERVAL: Duration = Duration::from_millis(20);
const KILL_PATIENCE: Duration = Duration::from_secs(10);
const COMMAND_CHARACTERS_MAX: usize = 120;

fn send(orphans: &[Orphan], signal: Signal) {
    for orphan in orphans {
        if let Some(pid) = Pid::from_raw(orphan.pid) {
            // It may be gone by now; the caller looks again.
            let _ = process::kill_process(pid, signal);
        }
    }
}

fn holds(identity: &Identity, lock: &Path) -> bool {
    let descriptors = fs::read_dir(format!("/proc/{}/fd", identity.pid));
    descriptors
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| fs::read_link(entry.path()).is_ok_and(|target| target == lock))
}

fn carries(process: &Process, run: &str, step: &str) -> bool {
    let Some(environment) = process.environment() else {
        return false;
    };
    let has = |name: &str, value: &str| {
        let wanted = format!("{name}={value}");
        environment
            .split(|byte| *byte == 0)
            .any(|entry| entry == wanted.as_bytes())
    };
    has("STEPMARK_RUN", run) && has("STEPMARK_STEP", step)
}

fn command(pid: i32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words: Vec<String> = bytes
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty())
        .map(|word| String::from_utf8_lossy(std::ffi::OsStr::from_bytes(word).as_bytes()).into())
        .collect();
    words
        .join(" ")
        .chars()
        .take(COMMAND_CHARACTERS_MAX)
        .collect()
}
