//! Records a decision's events: reserve, append, sync, apply, publish, in this order.

use std::sync::Arc;

use stepmark_core::plan::{CAPTURE_BYTES_MAX, Plan};
use stepmark_core::progress::Progress;
use stepmark_core::record::Event;
use stepmark_journal::{Journal, JournalError};

use crate::{Clock, Feed};

/// Holds the truth: the journal on disk, the progress folded from it, the feed that shows it.
pub(crate) struct Recorder {
    pub(crate) plan: Arc<Plan>,
    pub(crate) progress: Progress,
    pub(crate) journal: Journal,
    pub(crate) feed: Arc<Feed>,
    pub(crate) clock: Clock,
}

impl Recorder {
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
            self.journal
                .reserve((captures * CAPTURE_BYTES_MAX) as u64)?;
        }
        let now = (self.clock)();
        let timed = events.into_iter().map(|event| (now, event)).collect();
        let records = self.journal.append(timed)?;
        for record in &records {
            self.progress.apply(&self.plan, record);
        }
        self.feed.publish(&records);
        Ok(())
    }
}
