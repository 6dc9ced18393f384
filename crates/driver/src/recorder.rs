//! Records a decision's events: reserve, append, sync, apply, publish, in this order.

use std::sync::Arc;

use stepmark_core::plan::{CAPTURE_BYTES_MAX, Plan};
use stepmark_core::progress::Progress;
use stepmark_core::record::{Event, RunHeader};
use stepmark_core::runner::after_death;
use stepmark_journal::{Journal, JournalError};

use crate::{Clock, Feed, Past};

/// Holds the truth: the journal on disk, the progress folded from it, the feed that shows it.
pub(crate) struct Recorder {
    pub(crate) plan: Arc<Plan>,
    pub(crate) progress: Progress,
    pub(crate) journal: Journal,
    pub(crate) feed: Arc<Feed>,
    pub(crate) clock: Clock,
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
        if let Some(step) = intent {
            let index = self.plan.index_of(step);
            let captures = index.map_or(0, |index| self.plan.step(index).flow.captures.len());
            let bytes = captures * CAPTURE_BYTES_MAX;
            // Steps that are up end some day too.
            let up = self.progress.steps_up().count();
            self.journal.reserve(bytes as u64, up)?;
        }
        let now = (self.clock)();
        let timed = events.into_iter().map(|event| (now, event)).collect();
        let records = self.journal.append(timed)?;
        for record in &records {
            self.progress.apply(&self.plan, record);
        }
        self.feed.publish(records);
        Ok(())
    }
}
