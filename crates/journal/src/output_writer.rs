//! The end of an output that an engine writes to. Does not touch the disk: the journal's thread does.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use stepmark_core::output::{OutputSink, OutputSummary};

use crate::JournalError;
use crate::output::Output;
use crate::queue::{Job, Queue};

/// Writes one output; clones write to the same.
#[derive(Clone)]
pub struct OutputWriter {
    queue: Arc<Queue>,
    output: Arc<Output>,
}

impl OutputWriter {
    pub(crate) fn new(queue: Arc<Queue>, output: Arc<Output>) -> Self {
        Self { queue, output }
    }

    /// Adds text that is already redacted and sanitised. Waits while 64 chunks or 4 MiB are not yet taken.
    /// After a journal error the text is dropped: [`OutputWriter::finish`] and every append say so.
    pub fn write(&self, text: String) {
        if !text.is_empty() {
            self.output.note_given();
            let _ = self.queue.give(Job::Text(Arc::clone(&self.output), text));
        }
    }

    /// Waits until readers find what was written so far. After a journal error it returns at once, and
    /// [`OutputWriter::finish`] says so.
    pub fn flush(&self) {
        if !self.output.was_given() {
            return;
        }
        let (reply, answer) = sync_channel(1);
        if self.queue.give(Job::Flush(reply)).is_ok() {
            let _ = answer.recv();
        }
    }

    /// Whether some of it could not be kept, as far as that is known by now: the step's outcome cannot be recorded either.
    pub fn is_refused(&self) -> bool {
        self.output.is_refused()
    }

    /// Makes what was written durable and sums it up. To be called once, after the last write.
    ///
    /// # Errors
    /// The journal's first error. The outcome cannot be recorded then. Where nothing was written the append of the outcome says so.
    pub fn finish(&self) -> Result<OutputSummary, JournalError> {
        if let Some(summary) = self.output.finish_unwritten() {
            return Ok(summary);
        }
        let (reply, answer) = sync_channel(1);
        self.queue
            .give(Job::Finish(Arc::clone(&self.output), reply))?;
        answer.recv().unwrap_or(Err(JournalError::Closed))
    }
}

impl OutputSink for OutputWriter {
    fn write(&self, text: String) {
        Self::write(self, text);
    }
}
