//! All shell steps of a run: starts them, knows what they left behind, ends it all. Does not order them.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Signal, set_child_subreaper};
use stepmark_core::output::OutputSink;
use stepmark_core::runner::WorkEnded;
use thiserror::Error;
use tokio::sync::mpsc as async_mpsc;

use super::crew::Crew;
use super::graces::Graces;
use super::leftovers::Leftovers;
use super::process::Process;
use super::shell_run::ShellRun;
use super::shell_work::ShellWork;
use super::supervisor::{Supervision, supervise};
use super::tree::{Marks, Tree};
use super::unstartable::Unstartable;

const LOOK_INTERVAL: Duration = Duration::from_millis(20);
/// Steps that are told to stop are waited for this much longer than their graces.
const END_PATIENCE: Duration = Duration::from_secs(15);

/// Why no shell step can run at all.
#[derive(Debug, Error)]
pub enum ShellsError {
    /// The machine refused something every step needs.
    #[error("shell steps cannot be run on this machine: {0}; see `ulimit -u` and `ulimit -n`")]
    Refused(#[from] io::Error),
}

/// All shell steps of a run. Dropping it stops them.
#[derive(Debug)]
pub struct Shells {
    graces: Graces,
    bytes_late: Arc<AtomicU64>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// None once the run is being stopped.
    open: Option<Open>,
    running: Vec<ShellRun>,
    trees: Vec<Tree>,
    waiting: Option<Waiting>,
}

impl State {
    fn forget(&mut self, run: &ShellRun) {
        self.running.retain(|other| !other.0.same_channel(&run.0));
    }
}

/// Hears the end of a step.
type Done = Box<dyn FnOnce(WorkEnded) + Send>;

/// What new steps are given. Each keeps the senders as long as it runs or its pipes are read.
#[derive(Clone, Debug)]
struct Open {
    crew: Crew,
    marks: Arc<Marks>,
    supervising: mpsc::Sender<()>,
    reading: mpsc::Sender<()>,
}

#[derive(Debug)]
struct Waiting {
    supervising: mpsc::Receiver<()>,
    reading: mpsc::Receiver<()>,
}

impl Shells {
    /// Makes this process the one that orphans of its steps come to.
    ///
    /// # Errors
    /// The machine refuses that.
    pub fn start() -> Result<Self, ShellsError> {
        Self::start_with(Graces::STANDARD)
    }

    /// The same with other graces.
    ///
    /// # Errors
    /// The machine refuses that.
    pub fn start_with(graces: Graces) -> Result<Self, ShellsError> {
        set_child_subreaper(Some(rustix::process::getpid())).map_err(io::Error::from)?;
        let (supervising, supervising_ends) = mpsc::channel();
        let (reading, reading_ends) = mpsc::channel();
        let state = State {
            open: Some(Open {
                crew: Crew::default(),
                marks: Arc::new(Marks::new()),
                supervising,
                reading,
            }),
            waiting: Some(Waiting {
                supervising: supervising_ends,
                reading: reading_ends,
            }),
            ..State::default()
        };
        Ok(Self {
            graces,
            bytes_late: Arc::default(),
            state: Arc::new(Mutex::new(state)),
        })
    }

    /// Begins a step and returns at once. `sink` gets its text as it comes; `done` hears its end, once, on another thread unless the system
    /// gives none.
    pub fn run(&self, work: ShellWork, sink: Arc<dyn OutputSink>, done: Done) -> ShellRun {
        self.run_telling(work, sink, Box::new(|| ()), done)
    }

    /// The same; `started` hears when its process is there, before `done`, and never when it could not be started.
    pub fn run_telling(
        &self,
        work: ShellWork,
        sink: Arc<dyn OutputSink>,
        started: Box<dyn FnOnce() + Send>,
        done: Done,
    ) -> ShellRun {
        let (cancel, cancels) = async_mpsc::unbounded_channel();
        let run = ShellRun(cancel);
        let Some(open) = self.admit(&run) else {
            tell(done, "the run is stopping; nothing new is started");
            return run;
        };
        let hand = match open.crew.hand() {
            Ok(hand) => hand,
            Err(error) => {
                self.lock().forget(&run);
                done(refusal(&Unstartable::ForkRefused(error).to_string()));
                return run;
            }
        };
        let supervision = Supervision {
            work,
            started,
            tag: random_tag(),
            mark: open.marks.next(),
            sink,
            crew: open.crew,
            graces: self.graces,
            cancels,
            bytes_late: Arc::clone(&self.bytes_late),
            reading: open.reading,
        };
        let supervising = open.supervising;
        let state = Arc::clone(&self.state);
        let own = run.clone();
        hand.does(move |runtime| {
            let (ended, tree) = runtime.block_on(supervise(supervision));
            let mut known = lock(&state);
            known.trees.extend(tree);
            known.forget(&own);
            drop(known);
            done(ended);
            drop(supervising);
        });
        run
    }

    /// Stops every step under way, then everything that steps left running: SIGTERM, and SIGKILL after its grace.
    /// Not to be called from a `done`.
    pub fn stop(&self) -> Leftovers {
        let (waiting, running) = {
            let mut state = self.lock();
            state.open = None;
            (state.waiting.take(), std::mem::take(&mut state.running))
        };
        for run in &running {
            run.cancel(2);
        }
        if let Some(waiting) = &waiting {
            let patience = self.graces.terminate + self.graces.drain + END_PATIENCE;
            // It ends when the last sender is dropped; nothing is ever sent.
            let _ = waiting.supervising.recv_timeout(patience);
        }
        let mut trees = std::mem::take(&mut self.lock().trees);
        let (ended, survived) = end_all(&mut trees, self.graces.terminate);
        if let Some(waiting) = &waiting {
            let _ = waiting.reading.recv_timeout(self.graces.drain);
        }
        Leftovers {
            ended,
            survived,
            bytes_late: self.bytes_late.load(Ordering::Relaxed),
        }
    }

    /// Notes a step as under way, unless the run is being stopped.
    fn admit(&self, run: &ShellRun) -> Option<Open> {
        let mut state = self.lock();
        let open = state.open.clone()?;
        state.running.push(run.clone());
        Some(open)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for Shells {
    fn drop(&mut self) {
        self.stop();
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells `done` on a thread of its own that nothing was started, or on this one where the system gives none.
fn tell(done: Done, message: &'static str) {
    let kept = Arc::new(Mutex::new(Some(done)));
    let tell = {
        let kept = Arc::clone(&kept);
        move || {
            let done = lock(&kept).take();
            done.into_iter().for_each(|done| done(refusal(message)));
        }
    };
    if thread::Builder::new().spawn(tell.clone()).is_err() {
        tell();
    }
}

fn refusal(message: &str) -> WorkEnded {
    WorkEnded::Unstartable {
        message: message.to_owned(),
    }
}

/// Ends all members of `trees`; how many there were, and how many are still alive.
fn end_all(trees: &mut [Tree], grace: Duration) -> (usize, usize) {
    let signal = |trees: &mut [Tree], signal| {
        let all = Process::all_if_any_is_ours();
        trees
            .iter_mut()
            .map(|tree| tree.signal_all(signal, &all))
            .sum::<usize>()
    };
    let ended = signal(trees, Signal::TERM);
    let mut left = ended;
    let terminate_until = Instant::now() + grace;
    while left > 0 && Instant::now() < terminate_until {
        thread::sleep(LOOK_INTERVAL);
        let all = Process::all_if_any_is_ours();
        left = trees.iter_mut().map(|tree| tree.living(&all).len()).sum();
    }
    let kill_until = Instant::now() + END_PATIENCE;
    while left > 0 && Instant::now() < kill_until {
        left = signal(trees, Signal::KILL);
        thread::sleep(LOOK_INTERVAL);
    }
    (ended, left)
}

fn random_tag() -> String {
    let number = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", number(), number())
}
