//! Where records and glimpses are published for whoever reads along.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use stepmark_core::output::{OutputId, OutputReader};
use stepmark_core::record::Record;
use stepmark_core::runner::{Activity, Glimpse, Notice, Watch};

use crate::Cursor;

/// Called when there is something new; must return at once.
pub type Waker = Box<dyn Fn() + Send>;

/// What readers read. It holds every record of the run (bounded by the journal's record limit times their number)
/// and one glimpse; readers that stop reading cost nothing.
pub struct Feed {
    state: Mutex<State>,
    changed: Condvar,
    output_grew: AtomicBool,
}

struct State {
    records: Vec<Arc<Record>>,
    activity: Activity,
    notices: VecDeque<(u64, Notice)>,
    running: Option<OutputId>,
    watch: Option<Arc<Watch>>,
    outputs: Box<dyn OutputReader>,
    wakers: Vec<Waker>,
    version: u64,
    over: bool,
}

impl Feed {
    pub(crate) fn new(outputs: Box<dyn OutputReader>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                records: Vec::new(),
                activity: Activity::Idle,
                notices: VecDeque::new(),
                running: None,
                watch: None,
                outputs,
                wakers: Vec::new(),
                version: 0,
                over: false,
            }),
            changed: Condvar::new(),
            output_grew: AtomicBool::new(false),
        })
    }

    /// A reader that starts at the first record.
    pub fn cursor(self: &Arc<Self>) -> Cursor {
        Cursor::new(Arc::clone(self))
    }

    /// Has `waker` called whenever there is something new.
    pub fn wake(&self, waker: impl Fn() + Send + 'static) {
        self.lock().wakers.push(Box::new(waker));
    }

    pub(crate) fn publish(&self, records: Vec<Record>) {
        self.change(|state| {
            state.records.extend(records.into_iter().map(Arc::new));
        });
    }

    pub(crate) fn activity(&self, activity: Activity, running: Option<OutputId>) {
        self.change(|state| {
            state.activity = activity;
            state.running = running;
        });
    }

    /// What is seen of the session at work; none once nothing is.
    pub(crate) fn watch(&self, watch: Option<Watch>) {
        if watch.is_none() && self.lock().watch.is_none() {
            return;
        }
        self.change(|state| state.watch = watch.map(Arc::new));
    }

    pub(crate) fn notice(&self, notice: Notice) {
        self.change(|state| Glimpse::add(&mut state.notices, notice));
    }

    pub(crate) fn over(&self) {
        self.change(|state| state.over = true);
    }

    /// Says that the running step's output grew; readers are woken once until they have looked.
    pub(crate) fn output_grew(&self) {
        if !self.output_grew.swap(true, Ordering::AcqRel) {
            self.change(|_| ());
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        state.version += 1;
        for waker in &state.wakers {
            waker();
        }
        drop(state);
        self.changed.notify_all();
    }

    pub(crate) fn since(&self, at: usize) -> (Vec<Arc<Record>>, Glimpse, u64) {
        self.output_grew.store(false, Ordering::Release);
        let state = self.lock();
        let output = state
            .running
            .as_ref()
            .map(|id| state.outputs.length(id))
            .unwrap_or_default();
        let glimpse = Glimpse {
            activity: state.activity.clone(),
            output,
            watch: state.watch.clone(),
            notices: state.notices.clone(),
        };
        (state.records[at..].to_vec(), glimpse, state.version)
    }

    pub(crate) fn wait(&self, at: usize, version: u64, patience: Duration) -> bool {
        let state = self.lock();
        let (state, _) = self
            .changed
            .wait_timeout_while(state, patience, |state| {
                state.version == version && !state.over
            })
            .expect(NOT_POISONED);
        state.over && state.version == version && state.records.len() == at
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect(NOT_POISONED)
    }
}

const NOT_POISONED: &str = "nobody panics while holding the feed";
