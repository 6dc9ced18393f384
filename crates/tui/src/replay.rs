//! A run that is read again, record by record: where one stands in it. Folds nothing itself.

use std::sync::Arc;

use stepmark_core::record::{Event, Record};

/// A run that is read again.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) records: Vec<Arc<Record>>,
    /// How many of them are told.
    pub(crate) at: usize,
}

/// Where to go in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Travel {
    /// To the next record.
    On,
    /// To the record before.
    Back,
    /// To the next outcome of a step.
    OnOutcome,
    /// To the outcome before.
    BackOutcome,
    /// To the first record.
    First,
    /// To the last record.
    Last,
}

impl Replay {
    pub(crate) fn new(records: Vec<Arc<Record>>) -> Self {
        Self { records, at: 0 }
    }

    /// The record told last.
    pub(crate) fn record(&self) -> Option<&Record> {
        let last = self.at.checked_sub(1)?;
        self.records.get(last).map(Arc::as_ref)
    }

    /// How many records are told once one has gone there.
    pub(crate) fn goal(&self, travel: Travel) -> usize {
        let all = self.records.len();
        let first = all.min(1);
        let is_outcome = |at: &usize| is_outcome(&self.records[*at].event);
        match travel {
            Travel::On => (self.at + 1).min(all),
            Travel::Back => self.at.saturating_sub(1).max(first),
            Travel::First => first,
            Travel::Last => all,
            Travel::OnOutcome => (self.at..all).find(is_outcome).map_or(all, |at| at + 1),
            Travel::BackOutcome => {
                let before = self.at.saturating_sub(1);
                let found = (0..before).rev().find(is_outcome);
                found.map_or(first, |at| at + 1)
            }
        }
    }
}

/// Whether a step came to some end with it.
fn is_outcome(event: &Event) -> bool {
    matches!(
        event,
        Event::StepFinished { .. }
            | Event::StepSkipped { .. }
            | Event::StepNotNeeded { .. }
            | Event::StepResolved { .. }
            | Event::StepInterrupted { .. }
    )
}
