//! The short log: what a person who migrates by hand would have written down.

use serde::Serialize;

use crate::record::{Event, Record, TransactionEnd};
use crate::report::phrase::{Phrase, phrase};
use crate::{StepId, Timestamp};

/// A line of the short log.
#[derive(Clone, Debug, Serialize)]
pub struct LogLine {
    /// When; none for what only follows from the missing end.
    pub at: Option<Timestamp>,
    /// The step it is about.
    pub step: Option<StepId>,
    /// What happened.
    pub text: String,
}

pub(super) fn log(records: &[Record], supposed: &[Event]) -> Vec<LogLine> {
    let recorded = records
        .iter()
        .filter(|record| is_told(&record.event))
        .map(|record| line(Some(record.at), &record.event));
    let supposed = supposed.iter().map(|event| line(None, event));
    recorded.chain(supposed).collect()
}

/// Whether the short log has a line for it; inputs, connections, intents and committed transactions are in the timeline.
fn is_told(event: &Event) -> bool {
    match event {
        Event::TransactionEnded { end, .. } => *end != TransactionEnd::Committed,
        Event::RunStarted(_)
        | Event::RunResumed { .. }
        | Event::EnvironmentConfirmed { .. }
        | Event::StepFinished { .. }
        | Event::StepInterrupted { .. }
        | Event::StepResolved { .. }
        | Event::StepNotNeeded { .. }
        | Event::StepSkipped { .. }
        | Event::StepNotRehearsed { .. }
        | Event::StateCompared(_)
        | Event::RehearsalConcluded(_)
        | Event::NoteAdded { .. }
        | Event::StopRequested { .. }
        | Event::RunPaused { .. }
        | Event::TailRecovered { .. }
        | Event::RollbackStarted { .. }
        | Event::RunbookReplaced { .. }
        | Event::StepWentUp { .. }
        | Event::SessionStateWaived { .. }
        | Event::RunFinished { .. } => true,
        _ => false,
    }
}

fn line(at: Option<Timestamp>, event: &Event) -> LogLine {
    let Phrase { step, what, more } = phrase(event);
    let text = match event {
        Event::RunStarted(header) | Event::RunResumed { header } => {
            format!(
                "{what} by {} on {}",
                header.operator.user, header.operator.host
            )
        }
        Event::StepFinished { .. } if what == "done" => format!("{what} in {more}"),
        Event::StepFinished { .. } => format!("{what} after {more}"),
        _ if more.is_empty() => what,
        _ => format!("{what}: {more}"),
    };
    LogLine { at, step, text }
}
