//! Records a decision's events: append them where an intent's outcome has its space, sync, apply, publish, in this order.

use std::sync::Arc;

use stepmark_core::plan::{CAPTURE_BYTES_MAX, Plan};
use stepmark_core::progress::Progress;
use stepmark_core::record::{Event, Record, RunHeader};
use stepmark_core::runner::{Notice, after_death};
use stepmark_core::{StepId, Timestamp};
use stepmark_journal::{Journal, JournalError, Reservation};

use crate::{Clock, Feed, Past};

/// Holds the truth: the journal on disk, the progress folded from it, the feed that shows it.
pub(crate) struct Recorder {
    pub(crate) plan: Arc<Plan>,
    pub(crate) progress: Progress,
    pub(crate) journal: Journal,
    pub(crate) feed: Arc<Feed>,
    pub(crate) clock: Clock,
    /// Whether it was said that no space can be set aside.
    pub(crate) unreserved: bool,
}

impl Recorder {
    /// Folds what was recorded before, shows it to readers, and says what is to be recorded now that `header`'s runner takes
    /// the run up.
    pub(crate) fn take_up(&mut self, past: Past, header: RunHeader) -> Vec<Event> {
        for record in &past.records {
            self.progress.apply(&self.plan, record);
        }
        self.feed.publish(past.records);
        let mut events = after_death(&self.plan, &self.progress);
        events.extend(past.found);
        events.push(Event::RunResumed {
            header: Box::new(header),
        });
        events
    }

    /// Makes `events` durable, then true for everybody. After an error nothing was applied or published.
    pub(crate) fn record(&mut self, events: Vec<Event>) -> Result<(), JournalError> {
        if events.is_empty() {
            return Ok(());
        }
        let intent = events.iter().find_map(|event| match event {
            Event::StepStarted { step, .. } => Some(step),
            _ => None,
        });
        let captured_bytes = intent.map(|step| self.captured_bytes(step));
        let now = (self.clock)();
        let timed = events.into_iter().map(|event| (now, event)).collect();
        let records = match captured_bytes {
            None => self.journal.append(timed)?,
            Some(bytes) => self.record_intent(timed, bytes)?,
        };
        for record in &records {
            self.progress.apply(&self.plan, record);
        }
        self.feed.publish(records);
        Ok(())
    }

    /// What the values that the outcome of `step` holds may take.
    fn captured_bytes(&self, step: &StepId) -> u64 {
        let index = self.plan.index_of(step);
        let captures = index.map_or(0, |index| self.plan.step(index).flow.captures.len());
        (captures * CAPTURE_BYTES_MAX) as u64
    }

    fn record_intent(
        &mut self,
        events: Vec<(Timestamp, Event)>,
        captured_bytes: u64,
    ) -> Result<Vec<Record>, JournalError> {
        // Steps that are up end some day too.
        let up = self.progress.steps_up().count();
        let (records, reservation) = self.journal.append_intent(events, captured_bytes, up)?;
        if let Reservation::Refused { reason } = reservation
            && !std::mem::replace(&mut self.unreserved, true)
        {
            self.feed.notice(Notice::Unreserved(reason));
        }
        Ok(records)
    }
}
