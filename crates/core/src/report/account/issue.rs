//! What did not go as planned.

use std::time::Duration;

use serde::Serialize;

use crate::record::{Event, Outcome, Record, TransactionEnd, Work};
use crate::report::duration;
use crate::report::phrase::phrase;
use crate::{StepId, Timestamp};

/// What did not go as planned.
#[derive(Clone, Debug, Serialize)]
pub struct Issue {
    /// When; none for what only follows from the missing end.
    pub at: Option<Timestamp>,
    /// The step it is about.
    pub step: Option<StepId>,
    /// What.
    pub text: String,
}

pub(super) fn issues(records: &[Record], supposed: &[Event]) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut before: Option<Timestamp> = None;
    let mut is_rehearsal = false;
    for record in records {
        if let Some(before) = before.filter(|before| *before > record.at) {
            issues.push(Issue {
                at: Some(record.at),
                step: None,
                text: format!(
                    "the clock of this machine went back by {}",
                    duration(before.since(record.at).max(Duration::from_millis(1)))
                ),
            });
        }
        before = Some(record.at);
        // In a rehearsal the way back is no misfortune.
        is_rehearsal |=
            matches!(&record.event, Event::RunStarted(header) if header.rehearsal.is_some());
        if !(is_rehearsal && matches!(record.event, Event::RollbackStarted { .. })) {
            issues.extend(issue(Some(record.at), &record.event));
        }
    }
    issues.extend(supposed.iter().filter_map(|event| issue(None, event)));
    issues
}

fn issue(at: Option<Timestamp>, event: &Event) -> Option<Issue> {
    let text = match event {
        Event::StepFinished {
            outcome: Outcome::Failed { failure },
            attempt,
            ..
        } => format!("attempt {attempt} failed: {}", failure.headline()),
        Event::StepFinished {
            outcome: Outcome::Unknown { because },
            attempt,
            ..
        } => format!("attempt {attempt} is unknown: {because}"),
        Event::StepFinished {
            work:
                Work::Shell {
                    state_lost: Some(why),
                    ..
                },
            ..
        } => format!("variables and folder were not carried on: {why}"),
        Event::StepInterrupted { attempt, .. } => format!("attempt {attempt} has no outcome"),
        Event::StateCompared(comparison) if comparison.is_same() => return None,
        Event::RehearsalConcluded(conclusion) if conclusion.holds => return None,
        Event::TransactionEnded {
            end: TransactionEnd::Lost | TransactionEnd::Unknown,
            ..
        }
        | Event::StateCompared(_)
        | Event::RehearsalConcluded(_)
        | Event::RunPaused { .. }
        | Event::StopRequested { .. }
        | Event::TailRecovered { .. }
        | Event::OrphansSettled { .. }
        | Event::RollbackStarted { .. } => {
            let phrase = phrase(event);
            format!("{}: {}", phrase.what, phrase.more)
        }
        _ => return None,
    };
    let step = phrase(event).step;
    Some(Issue { at, step, text })
}
