//! Follows one step from its start to its end: hears its exit and its cancellation, escalates, clears its tree away, keeps
//! its state. Does not touch its output, which the pump reads.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{PidfdFlags, Signal, pidfd_open};
use stepmark_core::output::OutputSink;
use stepmark_core::runner::{ShellEnded, WorkEnded};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::{mpsc as async_mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until};

use super::crew::Crew;
use super::graces::Graces;
use super::handed_out;
use super::launch::{Launched, launch};
use super::legacy::Legacy;
use super::process::Process;
use super::pump::{PumpWork, pump};
use super::shell_mode::ShellMode;
use super::shell_work::ShellWork;
use super::terminal::Terminal;
use super::tree::{Mark, Tree};
use super::unstartable::Unstartable;
use super::watch::{Seen, Watch};

/// How often a tree that is being ended is looked at: at first, and while it takes its time.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);
const LOOK_INTERVAL_MAX: Duration = Duration::from_millis(200);
/// How often it is looked whether a step that has the terminal was stopped by Ctrl-Z.
const STOP_LOOK_INTERVAL: Duration = Duration::from_millis(50);
/// How long after SIGKILL a process that will not go (in an uninterruptible wait) is waited for.
const KILL_PATIENCE: Duration = Duration::from_secs(10);

const INTERRUPT: u8 = 1;
const TERMINATE: u8 = 2;
const KILL: u8 = 3;

/// What a supervisor is given.
pub(super) struct Supervision {
    /// What to run.
    pub(super) work: ShellWork,
    /// Hears when its process is there.
    pub(super) started: Box<dyn FnOnce() + Send>,
    /// What its descendants carry.
    pub(super) tag: String,
    /// Where its output goes.
    pub(super) sink: Arc<dyn OutputSink>,
    /// What its descendants carry beside that.
    pub(super) mark: Mark,
    /// Where the thread that reads its output comes from.
    pub(super) crew: Crew,
    /// How long things are waited for.
    pub(super) graces: Graces,
    /// Hears how hard to stop.
    pub(super) cancels: async_mpsc::UnboundedReceiver<u8>,
    /// Counts what its pipes bring after its end.
    pub(super) bytes_late: Arc<AtomicU64>,
    /// Held as long as anything reads its pipes.
    pub(super) reading: mpsc::Sender<()>,
}

/// Runs the work to its end, starting its process from this thread; the tree may have living members only when it was not cancelled.
pub(super) async fn supervise(supervision: Supervision) -> (WorkEnded, Option<Tree>) {
    let work = &supervision.work;
    let legacy = Legacy::of(work);
    let captures = work.captures.clone();
    let redactor = work.redactor.clone();
    let mode = work.mode;
    let watch = Watch::new(work.expectation.as_ref(), captures.len());
    let unread = watch.unread();
    let hand = match supervision.crew.hand() {
        Ok(hand) => hand,
        Err(error) => return (unstartable_end(&Unstartable::ForkRefused(error)), None),
    };
    let launched = match launch(supervision.work, &supervision.tag, supervision.mark) {
        Ok(launched) => launched,
        Err(unstartable) => return (unstartable_end(&unstartable), None),
    };
    (supervision.started)();
    let Launched {
        tree,
        started,
        before,
        terminal,
    } = launched;
    let (exit_sender, exited) = oneshot::channel();
    let (finish_sender, finished) = oneshot::channel();
    let mut step = Step {
        tree,
        graces: supervision.graces,
        cancels: supervision.cancels,
        force: 0,
        escalate_at: None,
        terminal,
    };
    let pumped = PumpWork {
        stdout: started.stdout,
        stderr: started.stderr,
        sink: supervision.sink,
        redactor,
        graces: supervision.graces,
        bytes_late: supervision.bytes_late,
        exited,
        watch,
        finished: finish_sender,
    };
    let reading = supervision.reading;
    hand.does(move |runtime| {
        // A pipe that cannot be read ends the output there; the process's end is told apart from it.
        let _ = runtime.block_on(pump(pumped));
        drop(reading);
    });
    let followed = step.follow().await;
    step.leave(followed.is_err()).await;
    // The pump may have ended by itself, at the end of both pipes.
    let _ = exit_sender.send(());
    let mut seen = finished.await.unwrap_or(unread);
    let status = started.handle.wait().map(|output| output.status);
    step.tree.reap_group();
    drop(started.script);
    if let Some(file) = &started.handed_out {
        seen.hand_out(handed_out::read(file, &captures), mode);
    }
    let ended = match (followed, status) {
        (Ok(()), Ok(status)) => {
            let is_kept =
                status.code() == Some(0) && step.force == 0 && mode != ShellMode::Background;
            let lost = is_kept.then(|| legacy.keep(started.state.as_ref(), before.as_ref()));
            shell_end(status, lost.flatten(), seen)
        }
        (Err(error), _) | (_, Err(error)) => unsupervised_end(error),
    };
    (ended, Some(step.tree))
}

fn unsupervised_end(error: io::Error) -> WorkEnded {
    let program = "the step's supervision".to_owned();
    unstartable_end(&Unstartable::Refused { program, error })
}

struct Step {
    tree: Tree,
    graces: Graces,
    cancels: async_mpsc::UnboundedReceiver<u8>,
    force: u8,
    escalate_at: Option<Instant>,
    /// The terminal while the step has it.
    terminal: Option<Terminal>,
}

impl Step {
    /// Its process is over, or can be followed no longer: leaves nothing of it behind where it was to be ended.
    async fn leave(&mut self, is_lost: bool) {
        if is_lost {
            self.raise(KILL);
        }
        match (self.force, &self.terminal) {
            (0, None) => {}
            (0, Some(_)) => self.hang_up().await,
            (1.., _) => self.clear_away().await,
        }
        // The screen comes back once nothing of the step is at the terminal.
        drop(self.terminal.take());
    }

    /// Waits for the exit of the step's own process, which stays unreaped so that its number stays its own.
    async fn follow(&mut self) -> io::Result<()> {
        let descriptor = pidfd_open(self.tree.leader(), PidfdFlags::empty())?;
        // SAFETY: the descriptor is owned by `exit`, which neither closes nor changes it before it is dropped.
        let exit = unsafe { AsyncFd::register_with_interest(descriptor, Interest::READABLE) };
        let exit = exit.map_err(io::Error::from)?;
        loop {
            let escalate_at = self.escalate_at;
            tokio::select! {
                exited = exit.readable() => return exited.map(drop),
                Some(force) = self.cancels.recv() => self.raise(force),
                () = sleep_until(escalate_at.unwrap_or_else(Instant::now)), if escalate_at.is_some() => {
                    self.raise(self.force + 1);
                }
                () = sleep(STOP_LOOK_INTERVAL), if self.terminal.is_some() => {
                    if let Some(terminal) = &mut self.terminal {
                        terminal.look_for_stop(self.tree.leader());
                    }
                }
            }
        }
    }

    fn raise(&mut self, force: u8) {
        self.force = self.force.max(force).clamp(INTERRUPT, KILL);
        let grace = match self.force {
            INTERRUPT => {
                self.tree.signal_group(Signal::INT);
                self.graces.interrupt
            }
            TERMINATE => {
                self.tree.signal_strays(Signal::TERM);
                self.tree.signal_group(Signal::TERM);
                self.graces.terminate
            }
            _ => {
                self.tree.signal_strays(Signal::KILL);
                self.tree.signal_group(Signal::KILL);
                KILL_PATIENCE
            }
        };
        self.escalate_at = Some(Instant::now() + grace);
    }

    /// Ends what is left of a cancelled step after its own process has gone.
    async fn clear_away(&mut self) {
        let mut patience = LOOK_INTERVAL;
        while !self.tree.living(&Process::all_if_any_is_ours()).is_empty() {
            let is_late = self.escalate_at.is_some_and(|at| at <= Instant::now());
            match self.force {
                INTERRUPT => self.raise(TERMINATE),
                KILL if is_late => return,
                // New ones may be forked faster than they are found.
                KILL => drop(
                    self.tree
                        .signal_all(Signal::KILL, &Process::all_if_any_is_ours()),
                ),
                _ if is_late => self.raise(KILL),
                _ => {}
            }
            patience = match self.force {
                KILL => LOOK_INTERVAL,
                _ => (patience * 2).min(LOOK_INTERVAL_MAX),
            };
            let wait = self.escalate_at.map_or(patience, |at| {
                patience.min(at.saturating_duration_since(Instant::now()))
            });
            tokio::select! {
                () = sleep(wait.max(LOOK_INTERVAL)) => {}
                Some(force) = self.cancels.recv() => self.raise(force),
            }
        }
    }

    /// Ends what still has the terminal after the step's own process has gone, as closing it would, and harder after a
    /// grace: it could read keys that are not meant for it, and type some itself (TIOCSTI).
    async fn hang_up(&mut self) {
        let kill_at = Instant::now() + self.graces.terminate;
        self.tree.signal_at_terminal(&[Signal::HUP, Signal::CONT]);
        while self.tree.signal_at_terminal(&[]) > 0 && Instant::now() < kill_at + KILL_PATIENCE {
            let is_hurried = self.cancels.try_recv().is_ok();
            if is_hurried || Instant::now() >= kill_at {
                self.tree.signal_at_terminal(&[Signal::KILL]);
            }
            sleep(LOOK_INTERVAL).await;
        }
    }
}

fn shell_end(status: ExitStatus, state_lost: Option<String>, seen: Seen) -> WorkEnded {
    let seen = match status.success() {
        true => seen,
        false => Seen::default(),
    };
    WorkEnded::Shell(ShellEnded {
        exit: status.code(),
        signal: status.signal(),
        state_lost,
        finding: seen.finding,
        captured: seen.captured,
    })
}

fn unstartable_end(unstartable: &Unstartable) -> WorkEnded {
    WorkEnded::Unstartable {
        message: unstartable.to_string(),
    }
}
