//! What happened: facts in the past tense, numbered and timed. Does not write them: the journal does.
//!
//! The serialised form of these types is the journal's format, version [`FORMAT`]; see `docs/journal.md`.

mod capture;
mod event;
mod evidence;
mod failure;
mod fate;
mod identity;
mod included_source;
mod input_origin;
mod of_kind;
mod operator;
mod outcome;
mod polls;
mod positions;
mod rehearsal;
mod run_header;
mod server_error;
mod transaction;
mod verdict;

pub use capture::Capture;
pub use event::Event;
pub use evidence::{Evidence, OrphansEnd, Resolution};
pub use failure::Failure;
pub use fate::Fate;
pub use identity::{ServerRole, TargetIdentity};
pub use included_source::IncludedSource;
pub use input_origin::InputOrigin;
pub use operator::Operator;
pub use outcome::{Outcome, Work};
pub use polls::{POLLS_KEPT_MAX, Poll, Polls};
pub use positions::{Position, Positions};
pub use rehearsal::{
    Comparison, Conclusion, DIFFERENCES_MAX, Difference, HalfWay, NotRehearsed, Rehearsal,
    RehearsalPart, RehearsedOn, RehearsedStep, UndoProof,
};
pub use run_header::{Mode, PreviousRun, RunHeader};
pub(crate) use server_error::bound;
pub use server_error::{ServerError, TEXT_BYTES_MAX};
pub use transaction::{TransactionEnd, TransactionStatus};
pub use verdict::{PauseReason, StopSource, Verdict};

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The version of the journal's format that this program writes.
pub const FORMAT: u32 = 1;

/// An event with its place and time. The first record has sequence number 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its place in the run, from 1, without gaps.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}
