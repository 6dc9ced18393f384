//! What `/proc` says about a process. Does not signal it.

use std::{fs, thread};

use rustix::io::Errno;
use rustix::process::{self, Pid, WaitId, WaitIdOptions};

/// A process is caught in the middle of an exec for microseconds; one that has wiped its arguments is not worth more looks.
const SETTLING_LOOKS: usize = 500;

/// A process, told apart from a later one of the same number by its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    /// Its number.
    pub(super) pid: i32,
    /// When it started, in clock ticks since boot.
    pub(super) started: u64,
}

/// One process, as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process {
    /// Which one.
    pub(super) identity: Identity,
    /// Its parent's number.
    pub(super) parent: i32,
    /// Its process group.
    pub(super) group: i32,
    /// Its session.
    pub(super) session: i32,
    /// Whether it has ended and waits to be reaped.
    pub(super) is_zombie: bool,
}

impl Identity {
    /// The number as the system calls want it.
    pub(super) fn pid(self) -> Pid {
        Pid::from_raw(self.pid).expect("a process found in /proc has a number above zero")
    }
}

impl Process {
    /// The process of this number; none when there is none.
    pub(super) fn read(pid: i32) -> Option<Self> {
        parse_stat(pid, &fs::read(format!("/proc/{pid}/stat")).ok()?)
    }

    /// All processes.
    pub(super) fn all() -> Vec<Self> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter_map(Self::read)
            .collect()
    }

    /// All processes; none where this process has no child, since then nothing descends from it. That is known at once,
    /// while a look at a whole machine takes milliseconds.
    pub(super) fn all_if_any_is_ours() -> Vec<Self> {
        // It peeks: nothing is reaped, whosever child it is (waitid(2), WNOWAIT).
        let peek = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        match process::waitid(WaitId::All, peek) {
            Err(Errno::CHILD) => Vec::new(),
            _ => Self::all(),
        }
    }

    /// The environment it was started with; none when that cannot be read, and for a zombie.
    pub(super) fn environment(&self) -> Option<Vec<u8>> {
        let pid = self.identity.pid;
        if self.is_zombie {
            return None;
        }
        for _ in 0..SETTLING_LOOKS {
            // In the middle of an exec both are empty; arguments that can be read prove that an environment can.
            let is_settled = !fs::read(format!("/proc/{pid}/cmdline")).ok()?.is_empty();
            let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
            if !environment.is_empty()
                || (is_settled && !fs::read(format!("/proc/{pid}/cmdline")).ok()?.is_empty())
            {
                return Some(environment);
            }
            thread::yield_now();
        }
        None
    }
}

fn parse_stat(pid: i32, stat: &[u8]) -> Option<Process> {
    // The command name is in parentheses and may hold anything, parentheses too.
    let after = stat.iter().rposition(|&byte| byte == b')')? + 1;
    let mut fields = std::str::from_utf8(&stat[after..])
        .ok()?
        .split_ascii_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let session = fields.next()?.parse().ok()?;
    let started = fields.nth(15)?.parse().ok()?;
    Some(Process {
        identity: Identity { pid, started },
        parent,
        group,
        session,
        is_zombie: matches!(state, "Z" | "X" | "x"),
    })
}

#[cfg(test)]
mod tests {
    use super::{Process, parse_stat};

    #[test]
    fn a_name_with_parentheses_does_not_confuse() {
        let stat = b"42 (a) R 1 (b)) S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 1000 200";
        let process = parse_stat(42, stat).unwrap();
        assert_eq!((process.parent, process.group, process.session), (7, 8, 9));
        assert_eq!(
            (process.identity.started, process.is_zombie),
            (12_345, false)
        );
    }

    #[test]
    fn we_find_ourselves() {
        let own = std::process::id().cast_signed();
        assert!(
            Process::all()
                .iter()
                .any(|process| process.identity.pid == own)
        );
    }
}
