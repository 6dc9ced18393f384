//! What somebody decided, in their own words.

use serde::Serialize;

use crate::record::{Event, Evidence, Record};
use crate::report::phrase::{Phrase, phrase};
use crate::{StepId, Timestamp};

/// What somebody decided.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// The step it is about.
    pub step: Option<StepId>,
    /// What kind of decision: skipped, confirmed, note.
    pub what: String,
    /// Reason, answer or note.
    pub text: String,
}

impl Decision {
    pub(super) fn of(record: &Record) -> Option<Self> {
        match &record.event {
            Event::EnvironmentConfirmed { .. }
            | Event::StepSkipped { .. }
            | Event::StepNotRehearsed { .. }
            | Event::StepConfirmed { .. }
            | Event::NoteAdded { .. }
            | Event::SessionStateWaived { .. }
            | Event::RunbookReplaced { .. }
            | Event::StepResolved {
                evidence: Evidence::Operator { .. },
                ..
            }
            | Event::StopRequested { .. } => {}
            _ => return None,
        }
        let Phrase { step, what, more } = phrase(&record.event);
        Some(Self {
            at: record.at,
            step,
            what,
            text: more,
        })
    }
}
