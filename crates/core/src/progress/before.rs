//! Who ran a run before whoever runs it now: a fold of its records beside [`Progress`]. Knows what the records say, and no more.

use super::{Ending, Progress};
use crate::record::{Event, OrphansEnd, Record, Verdict};
use crate::{StepId, Timestamp};

/// What a run has behind it, as far as its records were heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The run as it was when it was taken up last; none of a run that was not.
    pub taken_up: Option<TakenUp>,
    heard_at: Option<Timestamp>,
    left_over: Vec<(StepId, OrphansEnd)>,
}

/// A run that was taken up from another runner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenUp {
    /// Who ran it before, the first one first.
    pub runners: Vec<String>,
    /// When it was heard of last before.
    pub left_at: Option<Timestamp>,
    /// How it was put down, in words; none where its runner was gone without a word.
    pub put_down: Option<String>,
    left_over: Vec<(StepId, OrphansEnd)>,
}

impl TakenUp {
    /// What became of processes of `step` that had outlived their runner, if there were some.
    pub fn left_over(&self, step: &StepId) -> Option<OrphansEnd> {
        let of_step = |(of, end): &(StepId, OrphansEnd)| (of == step).then_some(*end);
        self.left_over.iter().rev().find_map(of_step)
    }
}

impl Before {
    /// Notes what `record` says of the runners before; it is not folded into `progress` yet.
    pub fn hear(&mut self, record: &Record, progress: &Progress) {
        match &record.event {
            Event::OrphansSettled { step, end, .. } => self.left_over.push((step.clone(), *end)),
            Event::RunResumed { .. } => {
                let earlier = self.taken_up.take().unwrap_or_default();
                let mut runners = earlier.runners;
                let header = progress.header();
                runners.extend(header.map(|header| header.operator.phrase()));
                runners.dedup();
                self.taken_up = Some(TakenUp {
                    runners,
                    left_at: self.heard_at,
                    put_down: progress.ending().map(put_down),
                    left_over: std::mem::take(&mut self.left_over),
                });
            }
            _ => {}
        }
        if !is_of_whoever_follows(&record.event) {
            self.heard_at = Some(record.at);
        }
    }
}

fn put_down(ending: &Ending) -> String {
    match ending {
        Ending::Paused(reason) => reason.sentence(),
        Ending::Finished(Verdict::Succeeded) => "finished".to_owned(),
        Ending::Finished(Verdict::RolledBack) => "rolled back".to_owned(),
    }
}

/// Whether a runner writes it about the one before, so that its time says nothing of that one.
fn is_of_whoever_follows(event: &Event) -> bool {
    matches!(
        event,
        Event::StepInterrupted { .. }
            | Event::TransactionEnded { by: None, .. }
            | Event::OrphansSettled { .. }
            | Event::RunbookReplaced { .. }
            | Event::TailRecovered { .. }
            | Event::RunResumed { .. }
    )
}
