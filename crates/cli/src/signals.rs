//! Signals that ask us to end, and limits that must not kill us.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Sender};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use stepmark_driver::Remote;

/// Makes a file size limit an error of `write` and not our death; SIGPIPE is ignored by Rust's runtime already.
pub(crate) fn survive_limits() {
    // With a handler in place the limit shows as EFBIG (POSIX setrlimit); children get the default back at exec.
    let seen = Arc::new(AtomicBool::new(false));
    let _ = signal_hook::flag::register(SIGXFSZ, seen);
}

/// INT, TERM and HUP, heard from now on for as long as the process lives. What was ignored when we were started, as
/// `nohup` does with HUP and a script's `&` with INT, stays ignored.
pub(crate) struct Signals {
    run: Sender<Remote>,
}

impl Signals {
    /// Hears signals; they wait until there is a run to pass them on to.
    pub(crate) fn hear() -> io::Result<Self> {
        let ignored = ignored_mask();
        let heard = [SIGINT, SIGTERM, SIGHUP]
            .into_iter()
            .filter(|number| ignored >> (number - 1) & 1 == 0);
        let mut signals = signal_hook::iterator::Signals::new(heard)?;
        let (run, runs) = mpsc::channel::<Remote>();
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                let Ok(remote) = runs.recv() else { return };
                for number in signals.forever() {
                    remote.signal(number);
                }
            })?;
        Ok(Self { run })
    }

    /// Passes them on to a run, those heard before it started too.
    pub(crate) fn pass_on(self, remote: Remote) {
        // The thread waits for just this; it ends only with the process.
        let _ = self.run.send(remote);
    }
}

/// The signals this process ignores, as a mask (Linux, proc(5), `SigIgn`); none where that cannot be read.
fn ignored_mask() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
