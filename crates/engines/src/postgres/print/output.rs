//! Gathers output into chunks of a sensible size for the sink.

use std::sync::Arc;

use stepmark_core::output::OutputSink;

/// A chunk is handed on once it is this long.
const CHUNK_BYTES: usize = 32 * 1024;

/// Text on its way to a sink.
pub(crate) struct Output {
    sink: Arc<dyn OutputSink>,
    waiting: String,
}

impl Output {
    pub(crate) fn new(sink: Arc<dyn OutputSink>) -> Self {
        Self {
            sink,
            waiting: String::new(),
        }
    }

    /// Adds text.
    pub(crate) fn write(&mut self, text: &str) {
        self.waiting.push_str(text);
        self.hand_on_full();
    }

    /// Where text can be added in place; [`Self::hand_on_full`] must follow.
    pub(crate) fn buffer(&mut self) -> &mut String {
        &mut self.waiting
    }

    /// Hands on what is waiting if it is a full chunk.
    pub(crate) fn hand_on_full(&mut self) {
        if self.waiting.len() >= CHUNK_BYTES {
            self.flush();
        }
    }

    /// Hands on all that is waiting.
    pub(crate) fn flush(&mut self) {
        if !self.waiting.is_empty() {
            self.sink.write(std::mem::take(&mut self.waiting));
        }
    }
}
