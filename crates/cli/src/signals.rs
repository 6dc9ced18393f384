//! Signals that ask us to end, and limits that must not kill us.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard};

use rustix::termios::{OptionalActions, Termios, tcsetattr};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::low_level::emulate_default_handler;
use stepmark_driver::Remote;

use crate::{Complaint, Exit};

/// Makes a file size limit an error of `write` and not our death; SIGPIPE is ignored by Rust's runtime already.
pub(crate) fn survive_limits() {
    // With a handler in place the limit shows as EFBIG (POSIX setrlimit); children get the default back at exec.
    let seen = Arc::new(AtomicBool::new(false));
    let _ = signal_hook::flag::register(SIGXFSZ, seen);
}

/// Calls `told` whenever we were stopped and go on (SIGCONT): the terminal may be another than it was.
pub(crate) fn hear_continued(told: impl Fn() + Send + 'static) {
    // Without it the screen is only drawn again by the next key.
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGCONT]) else {
        return;
    };
    let heard = std::thread::Builder::new().name("continued".into());
    let _ = heard.spawn(move || signals.forever().for_each(|_| told()));
}

/// INT, TERM and HUP, heard from now on for as long as the process lives. What was ignored when we were started, as
/// `nohup` does with HUP and a script's `&` with INT, stays ignored.
pub(crate) struct Signals {
    stage: Arc<Mutex<Stage>>,
}

/// What a signal means at the moment.
enum Stage {
    /// The end, as if nobody had heard it.
    End,
    /// The end, after the terminal has its attributes back: a prompt has changed them.
    EndAfterPrompt(Box<Termios>),
    /// It waits for the run that is about to start.
    Held(Vec<i32>),
    /// The run hears it.
    Run(Remote),
}

impl Signals {
    /// Hears signals; each ends us until there is something that must not end so.
    pub(crate) fn hear() -> Result<Self, Complaint> {
        Self::register().map_err(|error| {
            Complaint::new(Exit::Refused, format!("signals cannot be heard: {error}"))
                .hint("see `ulimit -u`")
        })
    }

    fn register() -> io::Result<Self> {
        let ignored = ignored_mask();
        let heard = [SIGINT, SIGTERM, SIGHUP]
            .into_iter()
            .filter(|number| ignored >> (number - 1) & 1 == 0);
        let mut signals = signal_hook::iterator::Signals::new(heard)?;
        let stage = Arc::new(Mutex::new(Stage::End));
        let heard_at = Arc::clone(&stage);
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                for number in signals.forever() {
                    act(&mut lock(&heard_at), number);
                }
            })?;
        Ok(Self { stage })
    }

    /// From now on, until [`Signals::prompt_over`], the terminal gets `attributes` back before a signal ends us.
    pub(crate) fn prompt_begins(&self, attributes: Termios) {
        *lock(&self.stage) = Stage::EndAfterPrompt(Box::new(attributes));
    }

    /// The terminal has its attributes back.
    pub(crate) fn prompt_over(&self) {
        *lock(&self.stage) = Stage::End;
    }

    /// From now on they wait for the run: there is something that it has to put down.
    pub(crate) fn hold(&self) {
        let mut stage = lock(&self.stage);
        if !matches!(&*stage, Stage::Held(_)) {
            *stage = Stage::Held(Vec::new());
        }
    }

    /// Whether one came while they were held.
    pub(crate) fn is_held_back(&self) -> bool {
        matches!(&*lock(&self.stage), Stage::Held(numbers) if !numbers.is_empty())
    }

    /// Passes them on to a run, those held back too.
    pub(crate) fn pass_on(&self, remote: Remote) {
        let mut stage = lock(&self.stage);
        if let Stage::Held(numbers) = &*stage {
            numbers.iter().for_each(|number| remote.signal(*number));
        }
        *stage = Stage::Run(remote);
    }
}

fn act(stage: &mut Stage, number: i32) {
    match stage {
        Stage::Run(remote) => remote.signal(number),
        Stage::Held(numbers) => numbers.push(number),
        Stage::End => end(number),
        Stage::EndAfterPrompt(attributes) => {
            // A terminal that is gone needs no attributes.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, attributes);
            end(number);
        }
    }
}

/// Ends this process as the signal would have.
fn end(number: i32) {
    // It only fails for numbers that are no signals.
    let _ = emulate_default_handler(number);
}

fn lock(stage: &Mutex<Stage>) -> MutexGuard<'_, Stage> {
    stage
        .lock()
        .expect("nobody panics while looking at the stage")
}

/// The signals this process ignores, as a mask (Linux, proc(5), `SigIgn`); none where that cannot be read.
fn ignored_mask() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
