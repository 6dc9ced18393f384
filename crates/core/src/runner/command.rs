//! What the operator can ask for.

use crate::record::{Comparison, Conclusion, Resolution};
use crate::{ConnectionName, StepIndex};

/// A wish of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Run this step; for a failed or undone one, again.
    Start(StepIndex),
    /// Run on from the next step until one fails or needs a person.
    RunOn,
    /// Stop running on after the step under way.
    Wait,
    /// Answer the question of a step's `confirm`, and run it.
    Confirm {
        /// The step.
        step: StepIndex,
        /// What was typed.
        answer: String,
    },
    /// Say that a manual step is done.
    Tick {
        /// The step.
        step: StepIndex,
        /// What was typed for each variable it captures, in order.
        values: Vec<String>,
    },
    /// Pass a step over.
    Skip {
        /// The step.
        step: StepIndex,
        /// Why.
        reason: String,
    },
    /// Cancel the step under way; each further press is harder.
    Cancel,
    /// Write something down.
    Note {
        /// The step it is about.
        step: Option<StepIndex>,
        /// The text.
        text: String,
    },
    /// Roll back the transaction that is open on this connection.
    Abandon(ConnectionName),
    /// Go on although what steps had left in this connection's session is lost.
    Waive {
        /// The connection.
        connection: ConnectionName,
        /// Why that does not matter.
        reason: String,
    },
    /// Seek evidence of what an unknown step did.
    Settle(StepIndex),
    /// Say what an unknown step did.
    Resolve {
        /// The step.
        step: StepIndex,
        /// What it did.
        resolution: Resolution,
        /// How the operator knows.
        reason: String,
    },
    /// Run the probe of a step.
    Probe(StepIndex),
    /// Undo what the run did, newest first, down to this step or all of it.
    RollBack {
        /// The last step to undo.
        to: Option<StepIndex>,
    },
    /// End a background step.
    StopBackground(StepIndex),
    /// In a rehearsal: run only the first `at` bytes of this SQL step, then a statement that fails.
    BreakOff {
        /// The step.
        step: StepIndex,
        /// How many bytes of its text.
        at: usize,
    },
    /// In a rehearsal: record what two states of the clusters differ in.
    Compared(Box<Comparison>),
    /// In a rehearsal: record what it comes to.
    Conclude(Box<Conclusion>),
    /// Put the run down; refused while a step runs.
    Leave,
    /// Put the run down, cancelling the step under way.
    Stop,
}
