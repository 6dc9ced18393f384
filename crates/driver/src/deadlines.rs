//! Timeouts that were armed and have not passed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use stepmark_core::{Attempt, StepIndex};

/// Armed timeouts, soonest first; one an attempt, so their number is bounded by attempts under way: one.
#[derive(Default)]
pub(crate) struct Deadlines(BinaryHeap<Reverse<(Instant, StepIndex, Attempt)>>);

impl Deadlines {
    pub(crate) fn arm(&mut self, step: StepIndex, attempt: Attempt, after: Duration) {
        let at = Instant::now() + after;
        self.0.push(Reverse((at, step, attempt)));
    }

    /// How long until the next one passes; none when none is armed.
    pub(crate) fn next(&self) -> Option<Duration> {
        let Reverse((at, ..)) = self.0.peek()?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    /// Takes one that has passed.
    pub(crate) fn passed(&mut self) -> Option<(StepIndex, Attempt)> {
        let Reverse((at, ..)) = self.0.peek()?;
        if *at > Instant::now() {
            return None;
        }
        self.0
            .pop()
            .map(|Reverse((_, step, attempt))| (step, attempt))
    }

    /// Forgets all: the attempt they were armed for is over.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
