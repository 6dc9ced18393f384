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
    /// The number of the record of its intent; 0 without one.
    pub intent_seq: u64,
    /// Whether it is to be run again although it has an outcome: it failed before the run was taken up again, or what it
    /// gave to later steps lived in the memory of the runner before.
    pub again: bool,
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
    /// Why nobody knows what its last attempt did, as a sentence.
    pub fn doubt(&self) -> String {
        match &self.outcome {
            Some(Outcome::Unknown { because }) => format!("It ended in doubt: {because}."),
            Some(Outcome::Succeeded { .. }) => {
                "It did its work, and the end of its transaction is unknown.".to_owned()
            }
            Some(Outcome::Failed { .. }) | None => {
                "Its runner was gone before an outcome was recorded.".to_owned()
            }
        }
    }

    /// The number of the attempt to come.
    pub fn next_attempt(&self) -> Attempt {
        self.attempt.map_or(Attempt(1), Attempt::next)
    }
}
