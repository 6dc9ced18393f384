//! One record in one line.

use serde::Serialize;

use crate::record::{Event, Record};
use crate::report::phrase::{Phrase, phrase};
use crate::{StepId, Timestamp};

/// One record in one line.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineLine {
    /// The record's number; none for what only follows from the missing end.
    pub seq: Option<u64>,
    /// When.
    pub at: Option<Timestamp>,
    /// The step it is about.
    pub step: Option<StepId>,
    /// What happened; goes on from the step's id, where there is one.
    pub what: String,
    /// More about it; may be empty.
    pub more: String,
}

/// Every record in one line, and what follows from a missing end.
pub(super) fn timeline(records: &[Record], supposed: &[Event]) -> Vec<TimelineLine> {
    let line = |seq, at, event: &Event| {
        let Phrase { step, what, more } = phrase(event);
        TimelineLine {
            seq,
            at,
            step,
            what,
            more,
        }
    };
    let recorded = records
        .iter()
        .map(|record| line(Some(record.seq), Some(record.at), &record.event));
    let supposed = supposed.iter().map(|event| {
        let mut line = line(None, None, event);
        line.more.push_str(" (follows from the missing end)");
        line
    });
    recorded.chain(supposed).collect()
}
