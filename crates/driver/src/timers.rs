//! What is due later: timeouts of attempts, the next look of a wait, the next try of a failed step.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use stepmark_core::{Attempt, StepIndex};

/// Armed timers, soonest first. All belong to one attempt, so there are a handful at most.
#[derive(Default)]
pub(crate) struct Timers(BinaryHeap<Reverse<(Instant, Due)>>);

/// What is due, for which attempt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Due {
    pub(crate) what: What,
    pub(crate) step: StepIndex,
    pub(crate) attempt: Attempt,
}

/// What is due.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// The attempt has taken too long.
    Timeout,
    /// The wait looks again.
    Look,
    /// The step is tried again.
    Retry,
}

impl Timers {
    pub(crate) fn arm(&mut self, due: Due, after: Duration) {
        // Far beyond any run's life, and still an instant that the platform can name.
        let after = after.min(Duration::from_secs(100 * 365 * 24 * 3600));
        self.0.push(Reverse((Instant::now() + after, due)));
    }

    /// How long until the next one is due; none when none is armed.
    pub(crate) fn next(&self) -> Option<Duration> {
        let Reverse((at, _)) = self.0.peek()?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    /// Takes one that is due.
    pub(crate) fn passed(&mut self) -> Option<Due> {
        let Reverse((at, _)) = self.0.peek()?;
        if *at > Instant::now() {
            return None;
        }
        self.0.pop().map(|Reverse((_, due))| due)
    }

    /// Forgets all: the attempt they were armed for is over.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
