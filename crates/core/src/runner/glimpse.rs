//! What is true for the moment: published beside the records, never journaled, never heard by `decide`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::{Command, OpenFailure, Refusal, Watch};
use crate::output::OutputLength;
use crate::plan::Finding;
use crate::{ConnectionName, StepId, StepIndex};

/// The volatile facts a reader may show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glimpse {
    /// What is under way.
    pub activity: Activity,
    /// Output of the running step so far.
    pub output: OutputLength,
    /// What the observer sees of the session at work.
    pub watch: Option<Arc<Watch>>,
    /// The last things a person should be told, oldest first; their numbers tell new ones from old ones.
    pub notices: VecDeque<(u64, Notice)>,
}

/// How many notices are kept for readers that look late.
const NOTICES_MAX: usize = 8;

impl Glimpse {
    /// Puts `notice` behind the others of `notices` with the next number, and lets go of the oldest beyond the limit.
    pub fn add(notices: &mut VecDeque<(u64, Notice)>, notice: Notice) {
        let number = notices.back().map_or(0, |(number, _)| *number) + 1;
        notices.push_back((number, notice));
        if notices.len() > NOTICES_MAX {
            notices.pop_front();
        }
    }

    /// The notices that come after the one with the number `seen`.
    pub fn notices_after(&self, seen: u64) -> impl Iterator<Item = &(u64, Notice)> {
        self.notices
            .iter()
            .filter(move |(number, _)| *number > seen)
    }
}

/// What is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Activity {
    /// Nothing.
    #[default]
    Idle,
    /// A session is being opened.
    Connecting(ConnectionName),
    /// A step runs.
    Running(StepIndex),
    /// A `wait` step asks until its condition holds.
    Waiting(Box<WaitGlimpse>),
    /// The server is asked what became of a step's transaction.
    Resolving(StepIndex),
    /// A step failed and is tried again after a delay.
    Retrying {
        /// The step.
        step: StepIndex,
        /// Which try by itself comes next, from 1.
        tries: u32,
        /// How many there may be.
        count: u32,
    },
    /// A step is being cancelled, asked this hard.
    Cancelling(StepIndex, u8),
    /// The run is being put down.
    Closing,
}

/// How far a `wait` step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitGlimpse {
    /// The step.
    pub step: StepIndex,
    /// How often it has asked.
    pub looks: u64,
    /// What it saw last.
    pub seen: Option<Finding>,
    /// For how long the condition has held, as of the last look.
    pub held: Option<Duration>,
}

/// Something a person should be told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A command was not carried out; none when the refusal answers a run going on by itself.
    Refused(Option<Command>, Refusal),
    /// A session could not be opened.
    OpenFailed(ConnectionName, OpenFailure),
    /// What became of a step's transaction cannot be told.
    Untold(StepId, String),
    /// The observer of a connection cannot see: no positions are recorded and no blockers shown.
    Blind(ConnectionName, String),
    /// A session was lost while nothing ran on it.
    Lost(ConnectionName, String),
    /// The file system keeps no space for outcomes, for this reason: should the disk be full by the end of a step, its outcome
    /// cannot be recorded.
    Unreserved(String),
    /// The journal could not be written; nothing more runs.
    JournalFailed(String),
}
