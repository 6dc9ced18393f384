//! Background steps that are up: processes beside the attempt under way.

use std::collections::BTreeMap;

use stepmark_core::output::OutputSummary;
use stepmark_core::{Attempt, StepIndex};
use stepmark_journal::JournalError;

use crate::under_way::{UnderWay, Worker, micros};

/// The background steps that are up.
#[derive(Default)]
pub(crate) struct Backgrounds(BTreeMap<StepIndex, UnderWay>);

impl Backgrounds {
    /// Takes an attempt in whose process is there.
    pub(crate) fn add(&mut self, under_way: UnderWay) {
        self.0.insert(under_way.step, under_way);
    }

    /// Whether this attempt is up.
    pub(crate) fn holds(&self, step: StepIndex, attempt: Attempt) -> bool {
        let known = self.0.get(&step);
        known.is_some_and(|known| known.is(step, attempt))
    }

    /// Ends a step's process, so hard from 1 on; what does not end is ended harder by its engine.
    pub(crate) fn cancel(&self, step: StepIndex, force: u8) {
        if let Some(UnderWay {
            worker: Worker::Shell(shell),
            ..
        }) = self.0.get(&step)
        {
            shell.cancel(force);
        }
    }

    /// The output of a step that ended, synced, and how long it was up in microseconds; none when it was not.
    pub(crate) fn finish(
        &mut self,
        step: StepIndex,
    ) -> Result<Option<(OutputSummary, u64)>, JournalError> {
        let Some(under_way) = self.0.remove(&step) else {
            return Ok(None);
        };
        let took = micros(under_way.elapsed());
        under_way.sink.finish();
        Ok(Some((under_way.output.finish()?, took)))
    }
}
