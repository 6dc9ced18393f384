//! Finds everything a step started, wherever it hides: by session, process group, the tag in its environment, a mark
//! in its memory settings, and descent. Exempt is whatever our process started otherwise, scratch clusters above all.
//!
//! Only descendants of ours count, so a number used again by a stranger is never hit; the child subreaper makes every orphan
//! of a step our child. What a step asks another service to start (`systemd-run`, `docker`) is no descendant and not found.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use rustix::io::Errno;
use rustix::process::{self, Pid, Resource, Rlimit, Signal, WaitOptions};

use super::environment::TAG_PREFIX;
use super::process::{Identity, Process};

/// The core dump settings of a step's processes. They are inherited across fork and exec whatever a process does to its
/// environment, session and descriptors; the bits (memory of DAX devices) have no other effect on an ordinary machine.
const MARKS: [u32; 2] = [0x133, 0x1b3];

/// Each tree also has a number, by which it is told from the other trees of ours when only the mark is left: the limit of
/// resident memory, which is inherited like the mark and which Linux has not enforced since 2.4.30 (getrlimit(2)). Numbers
/// go down from here, or from a limit that we were given ourselves.
const NUMBER_FIRST: u64 = 1 << 62;
const NUMBERS: u64 = 1 << 20;

/// Held while a process is being started. Between fork and exec it has the mark but not yet its tag, so that a tree that looks
/// for its members then would take it for its own.
static STARTING: Mutex<()> = Mutex::new(());

/// To be held while a process is being started.
pub(super) fn while_starting() -> MutexGuard<'static, ()> {
    STARTING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a step's processes inherit whatever they do to their environment, session and descriptors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// The core dump settings: the same for all steps of this process, and unlike its own.
    filter: Option<u32>,
    /// The tree's number.
    number: Option<u64>,
}

/// Makes the marks of this process's steps.
#[derive(Debug)]
pub(super) struct Marks {
    filter: Option<u32>,
    base: Option<u64>,
}

impl Marks {
    /// Unlike our own, when we are ourselves started by a step.
    pub(super) fn new() -> Self {
        let own = read_filter("self");
        let limit = process::getrlimit(Resource::Rss).maximum;
        Self {
            filter: own.and_then(|own| MARKS.into_iter().find(|mark| *mark != own)),
            base: Some(limit.unwrap_or(NUMBER_FIRST)).filter(|base| *base > 2 * NUMBERS),
        }
    }

    /// The next one.
    pub(super) fn next(&self) -> Mark {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let made = MADE.fetch_add(1, Ordering::Relaxed) % (NUMBERS - 1) + 1;
        Mark {
            filter: self.filter,
            number: self.base.map(|base| base - made),
        }
    }
}

impl Mark {
    /// Puts the mark on the calling process, between fork and exec: makes system calls only, and does without what is refused.
    /// `text` is [`Mark::text`], made before the fork.
    pub(super) fn put_on(self, text: &[u8]) {
        // Without the mark there are still tag, session, group and descent.
        let _ = set_filter(text);
        if let Some(number) = self.number {
            let limit = Rlimit {
                current: Some(number),
                maximum: Some(number),
            };
            let _ = process::setrlimit(Resource::Rss, limit);
        }
    }

    /// What is written into the core dump settings; nothing when there is no mark.
    pub(super) fn text(self) -> Vec<u8> {
        let text = self.filter.map(|filter| format!("{filter:#x}"));
        text.unwrap_or_default().into_bytes()
    }

    /// Whether `number` is that of another tree of this process.
    fn is_elsewhere(self, number: Option<u64>) -> bool {
        let (Some(own), Some(number)) = (self.number, number) else {
            return false;
        };
        number != own && own.abs_diff(number) < NUMBERS
    }
}

/// Everything that one step's process started, and that process.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    leader: Identity,
    setting: String,
    mark: Mark,
    known: HashSet<Identity>,
    /// What is certainly not of this tree, so that it need not be asked again at every look.
    foreign: HashSet<Identity>,
}

impl Tree {
    /// The tree of `leader`, a session and process group of its own, whose descendants carry `tag` and `mark`.
    pub(super) fn new(leader: Pid, tag: &str, mark: Mark) -> Self {
        let pid = leader.as_raw_nonzero().get();
        let started = Process::read(pid).map_or(0, |process| process.identity.started);
        Self {
            leader: Identity { pid, started },
            setting: format!("{TAG_PREFIX}{tag}"),
            mark,
            known: HashSet::new(),
            foreign: HashSet::new(),
        }
    }

    /// The step's own process.
    pub(super) fn leader(&self) -> Pid {
        self.leader.pid()
    }

    /// Sends `signal` to the process group of the step.
    pub(super) fn signal_group(&self, signal: Signal) {
        // It may be gone; that is what is wanted.
        let _ = process::kill_process_group(self.leader(), signal);
    }

    /// Sends `signal` to everything alive outside the process group of the step.
    pub(super) fn signal_strays(&mut self, signal: Signal) {
        for process in self.living(&Process::all_if_any_is_ours()) {
            if process.group != self.leader.pid {
                // It may be gone, or another user's; the caller looks again.
                let _ = process::kill_process(process.identity.pid(), signal);
            }
        }
    }

    /// Sends `signal` to everything alive among `all`, and says how many that were.
    pub(super) fn signal_all(&mut self, signal: Signal, all: &[Process]) -> usize {
        let living = self.living(all);
        for process in &living {
            // It may be gone, or another user's; the caller looks again.
            let _ = process::kill_process(process.identity.pid(), signal);
        }
        living.len()
    }

    /// Sends `signals` to everything alive that has our own terminal, and says how many that were.
    pub(super) fn signal_at_terminal(&mut self, signals: &[Signal]) -> usize {
        let session = process::getsid(None).map_or(0, |session| session.as_raw_nonzero().get());
        let mut living = self.living(&Process::all_if_any_is_ours());
        living.retain(|process| process.session == session);
        for process in &living {
            for signal in signals {
                // It may be gone, or another user's; the caller looks again.
                let _ = process::kill_process(process.identity.pid(), *signal);
            }
        }
        living.len()
    }

    /// Everything alive among `all`. What has ended and became our child is reaped, except for the step's own process.
    pub(super) fn living(&mut self, all: &[Process]) -> Vec<Process> {
        let own = own_pid();
        let mut members = self.members(all, own);
        self.known = members.iter().map(|process| process.identity).collect();
        for process in &members {
            if process.is_zombie && process.parent == own && process.identity != self.leader {
                // Another sweep may have been faster.
                let _ = process::waitpid(Some(process.identity.pid()), WaitOptions::NOHANG);
            }
        }
        members.retain(|process| !process.is_zombie);
        members
    }

    /// Reaps what has ended in the process group of the step, whose own process was reaped before.
    pub(super) fn reap_group(&self) {
        while matches!(
            process::waitpgid(self.leader(), WaitOptions::NOHANG),
            Ok(Some(_)) | Err(Errno::INTR)
        ) {}
    }

    fn members(&mut self, all: &[Process], own: i32) -> Vec<Process> {
        let _nothing_is_half_started = while_starting();
        let mut children: HashMap<i32, Vec<&Process>> = HashMap::new();
        for process in all {
            children.entry(process.parent).or_default().push(process);
        }
        let mut members = Vec::new();
        let mut pending: Vec<(&Process, bool)> = children
            .get(&own)
            .into_iter()
            .flatten()
            .map(|process| (*process, false))
            .collect();
        while let Some((process, of_member)) = pending.pop() {
            let is_member = of_member || self.claims(process, own);
            if is_member {
                members.push(*process);
            }
            let below = children.get(&process.identity.pid).into_iter().flatten();
            pending.extend(below.map(|child| (*child, is_member)));
        }
        members
    }

    fn claims(&mut self, process: &Process, own: i32) -> bool {
        if process.identity == self.leader || self.known.contains(&process.identity) {
            return true;
        }
        if process.identity.started < self.leader.started
            || self.foreign.contains(&process.identity)
        {
            return false;
        }
        process.session == self.leader.pid
            || process.group == self.leader.pid
            || self.claims_by_inheritance(process, own)
    }

    fn claims_by_inheritance(&mut self, process: &Process, own: i32) -> bool {
        let pid = process.identity.pid.to_string();
        let is_marked = self.mark.filter.is_some() && read_filter(&pid) == self.mark.filter;
        if self.mark.filter.is_some() && !is_marked {
            self.foreign.insert(process.identity);
            return false;
        }
        let Some(environment) = process.environment() else {
            return false;
        };
        let tag = environment
            .split(|&byte| byte == 0)
            .find(|entry| entry.starts_with(TAG_PREFIX.as_bytes()));
        match tag {
            Some(tag) => {
                let is_own = tag == self.setting.as_bytes();
                if !is_own {
                    self.foreign.insert(process.identity);
                }
                is_own
            }
            None => {
                is_marked && process.parent == own && !self.mark.is_elsewhere(read_number(&pid))
            }
        }
    }
}

fn set_filter(text: &[u8]) -> io::Result<()> {
    let flags = rustix::fs::OFlags::WRONLY | rustix::fs::OFlags::CLOEXEC;
    let file = rustix::fs::open(
        c"/proc/self/coredump_filter",
        flags,
        rustix::fs::Mode::empty(),
    )?;
    rustix::io::write(&file, text)?;
    Ok(())
}

fn read_filter(process: &str) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{process}/coredump_filter")).ok()?;
    u32::from_str_radix(text.trim(), 16).ok()
}

/// The hard limit of resident memory in bytes; none when it cannot be read or there is none.
fn read_number(process: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/limits")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Max resident set"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

fn own_pid() -> i32 {
    std::process::id().cast_signed()
}
