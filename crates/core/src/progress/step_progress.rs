//! What is known of one step.

use std::time::Duration;

use super::StepState;
use crate::output::OutputSummary;
use crate::record::{Outcome, Polls, Positions, Work};
use crate::{Attempt, Timestamp, VariableName};

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
    /// What it saw while it asked, if it is a `wait` step that ended.
    pub polls: Option<Polls>,
    /// Where the server stood before and after, if it is SQL.
    pub positions: Positions,
    /// How many statements it made, if it is a `gexec` step.
    pub generated: Option<u64>,
    /// The transaction whose COMMIT was announced.
    pub transaction_id: Option<String>,
    /// The variable that made it not needed, and the value that had; none for a secret or missing one.
    pub not_needed: Option<(VariableName, Option<String>)>,
    /// Why it was skipped.
    pub skip_reason: Option<String>,
}

impl StepProgress {
    /// The number of the attempt to come.
    pub fn next_attempt(&self) -> Attempt {
        self.attempt.map_or(Attempt(1), Attempt::next)
    }
}
