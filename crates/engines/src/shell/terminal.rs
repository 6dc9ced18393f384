//! The terminal, lent to one step: its process group is made the one in front, and whatever it does to the terminal's modes
//! is undone. Does not read from the terminal or write to it.
//!
//! The screen must have let go of the terminal before, since while it is lent our own process is in the background:
//! reading would stop it.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::process::{
    self, Pid, Signal, WaitId, WaitIdOptions, getpgrp, kill_process, kill_process_group,
    test_kill_process_group, waitid,
};
use rustix::termios::{
    Action, OptionalActions, QueueSelector, Termios, tcflow, tcflush, tcgetattr, tcgetpgrp,
    tcsetattr, tcsetpgrp,
};

use super::process::Process;
use super::unstartable::Unstartable;

const TERMINAL: &str = "/dev/tty";

/// The terminal while a step has it. Taken back when dropped.
#[derive(Debug)]
pub(super) struct Terminal {
    device: File,
    own_group: Pid,
    modes: Termios,
    /// False while our whole job is in the background: then the terminal is somebody else's, and is left alone.
    is_lent: bool,
}

impl Terminal {
    /// Opens the controlling terminal and notes how it is. What was typed ahead is dropped: it was not meant for the step.
    ///
    /// # Errors
    /// There is none, or another job has it.
    pub(super) fn open() -> Result<Self, Unstartable> {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        options.custom_flags(OFlags::NOCTTY.bits().cast_signed());
        let device = options.open(TERMINAL).map_err(Unstartable::NoTerminal)?;
        let own_group = getpgrp();
        let in_front = tcgetpgrp(&device).map_err(|error| Unstartable::NoTerminal(error.into()))?;
        if in_front != own_group {
            return Err(Unstartable::TerminalTaken);
        }
        let modes = tcgetattr(&device).map_err(|error| Unstartable::NoTerminal(error.into()))?;
        let terminal = Self {
            device,
            own_group,
            modes,
            is_lent: true,
        };
        terminal.forget_keys();
        Ok(terminal)
    }

    /// The terminal as one of the step's standard streams.
    pub(super) fn stream(&self) -> io::Result<File> {
        self.device.try_clone()
    }

    /// Notices when the step was stopped (Ctrl-Z), and does what a job of ours should: our own job stops too, and the
    /// step goes on when we do. One that was stopped only because it used the terminal from behind is given it instead.
    pub(super) fn look_for_stop(&mut self, leader: Pid) {
        if !self.is_lent && tcgetpgrp(&self.device) == Ok(self.own_group) {
            self.lend(leader, None);
        }
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG;
        let Ok(Some(status)) = waitid(WaitId::Pid(leader), options) else {
            return;
        };
        let used_it = [Signal::TTIN, Signal::TTOU].map(|signal| Some(signal.as_raw()));
        if used_it.contains(&status.stopping_signal()) && self.is_ours_to_lend() {
            self.lend(leader, None);
        } else {
            let modes = tcgetattr(&self.device).ok();
            self.take_back();
            stop_own_job(self.own_group);
            if self.is_ours_to_lend() {
                self.modes = tcgetattr(&self.device).unwrap_or_else(|_| self.modes.clone());
                self.lend(leader, modes.as_ref());
            }
        }
        // It may be gone; that is noticed elsewhere.
        let _ = kill_process_group(leader, Signal::CONT);
    }

    /// Whether our own job is in front, or nobody who is alive.
    fn is_ours_to_lend(&self) -> bool {
        match tcgetpgrp(&self.device) {
            Ok(group) => {
                group == self.own_group || test_kill_process_group(group) == Err(Errno::SRCH)
            }
            Err(_) => false,
        }
    }

    fn lend(&mut self, leader: Pid, modes: Option<&Termios>) {
        let _from_behind = BlockedTtou::new();
        if let Some(modes) = modes {
            // A terminal that has gone ends the step by its own hang-up.
            let _ = tcsetattr(&self.device, OptionalActions::Now, modes);
        }
        self.is_lent = tcsetpgrp(&self.device, leader).is_ok();
    }

    /// Puts our own job in front again and the modes as they were.
    fn take_back(&mut self) {
        if !std::mem::replace(&mut self.is_lent, false) {
            return;
        }
        let _from_behind = BlockedTtou::new();
        // A terminal that has gone needs none of this; waiting for its output to drain could take for ever.
        let _ = tcsetpgrp(&self.device, self.own_group);
        let _ = tcflow(&self.device, Action::OOn);
        let _ = tcsetattr(&self.device, OptionalActions::Now, &self.modes);
    }

    fn forget_keys(&self) {
        let _from_behind = BlockedTtou::new();
        // A terminal that has gone has no keys.
        let _ = tcflush(&self.device, QueueSelector::IFlush);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.is_lent {
            self.take_back();
            self.forget_keys();
        }
    }
}

/// Makes the calling process, between fork and exec, a process group of its own and puts it in front.
pub(super) fn come_to_the_front(terminal: &File) -> io::Result<()> {
    process::setpgid(None, None)?;
    let _from_behind = BlockedTtou::new();
    Ok(tcsetpgrp(terminal, process::getpid())?)
}

/// Stops our own job as Ctrl-Z would have, and returns when it goes on. Does nothing where no shell could continue it.
fn stop_own_job(group: Pid) {
    let own = process::getpid();
    let others = Process::all().into_iter().filter(|process| {
        process.group == group.as_raw_nonzero().get() && process.identity.pid() != own
    });
    for process in others {
        // It may be gone; that is as good.
        let _ = kill_process(process.identity.pid(), Signal::TSTP);
    }
    // SAFETY: raise() is directed to the calling thread, which stops before it returns; the default action runs no code.
    unsafe {
        libc::raise(libc::SIGTSTP);
    }
}

/// While this lives, the calling thread may change the terminal although its process group is not in front
/// (POSIX, "General Terminal Interface": a process that blocks SIGTTOU is not stopped). Makes system calls only.
struct BlockedTtou(libc::sigset_t);

impl BlockedTtou {
    fn new() -> Self {
        // SAFETY: the sets are initialised by the calls that take them as results, and live through all of them.
        unsafe {
            let mut blocked = std::mem::zeroed();
            let mut before = std::mem::zeroed();
            libc::sigemptyset(&raw mut blocked);
            libc::sigaddset(&raw mut blocked, libc::SIGTTOU);
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const blocked, &raw mut before);
            Self(before)
        }
    }
}

impl Drop for BlockedTtou {
    fn drop(&mut self) {
        // SAFETY: the set was filled in by the system when this was made.
        unsafe {
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, std::ptr::null_mut());
        }
    }
}
