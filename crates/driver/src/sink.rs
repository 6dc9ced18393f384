//! The way of a step's output from its engine to the journal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use stepmark_core::StepIndex;
use stepmark_core::output::OutputSink;
use stepmark_journal::OutputWriter;

use crate::Feed;
use crate::message::Message;

/// Hands output to the journal's thread and tells readers that it grew.
pub(crate) struct Sink {
    pub(crate) writer: OutputWriter,
    pub(crate) feed: Arc<Feed>,
    pub(crate) messages: Sender<Message>,
    pub(crate) step: StepIndex,
    pub(crate) refusal_told: AtomicBool,
}

impl OutputSink for Sink {
    fn write(&self, text: String) {
        self.writer.write(text);
        self.feed.output_grew();
        if self.writer.is_refused() && !self.refusal_told.swap(true, Ordering::Relaxed) {
            // The driver may have ended in the meantime; then the run has been put down already.
            let _ = self.messages.send(Message::OutputRefused(self.step));
        }
    }
}
