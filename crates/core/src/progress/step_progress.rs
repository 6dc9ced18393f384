//! What is known of one step.

use std::time::Duration;

use super::StepState;
use crate::output::OutputSummary;
use crate::record::{Outcome, Work};
use crate::{Attempt, Timestamp};

/// What the records say of one step; times and outcome are those of its last attempt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepProgress {
    /// Where it stands.
    pub state: StepState,
    /// Its last attempt, if there was one.
    pub attempt: Option<Attempt>,
    /// When that started.
    pub started_at: Option<Timestamp>,
    /// How long it took, once it is over.
    pub duration: Option<Duration>,
    /// How it ended, once it has.
    pub outcome: Option<Outcome>,
    /// What was done on the way.
    pub work: Option<Work>,
    /// What it printed.
    pub output: Option<OutputSummary>,
    /// Why it was skipped.
    pub skip_reason: Option<String>,
}

impl StepProgress {
    /// The number of the attempt to come.
    pub fn next_attempt(&self) -> Attempt {
        self.attempt.map_or(Attempt(1), Attempt::next)
    }
}
