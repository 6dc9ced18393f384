//! Brings a step's two streams together in order of arrival, keeping whole lines whole. Does not read them.

use std::sync::Arc;

use stepmark_core::output::OutputSink;

use crate::sanitize::{Held, Sanitizer};

/// Which of a process's streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

impl Stream {
    fn other(self) -> Self {
        match self {
            Self::Output => Self::Error,
            Self::Error => Self::Output,
        }
    }
}

/// Both streams on their way to the sink.
pub(super) struct Interleaver {
    sink: Arc<dyn OutputSink>,
    output: Sanitizer,
    error: Sanitizer,
}

impl Interleaver {
    /// Both streams at their start.
    pub(super) fn new(sink: Arc<dyn OutputSink>) -> Self {
        Self {
            sink,
            output: Sanitizer::new(),
            error: Sanitizer::new(),
        }
    }

    /// Takes what arrived.
    pub(super) fn push(&mut self, stream: Stream, bytes: &[u8]) {
        let mut text = String::with_capacity(bytes.len() + 256);
        self.sanitizer(stream).push(bytes, &mut text);
        self.write(stream, text);
    }

    /// What is held back of a stream.
    pub(super) fn held(&mut self, stream: Stream) -> Held {
        self.sanitizer(stream).held()
    }

    /// Shows what is held back of a stream.
    pub(super) fn flush(&mut self, stream: Stream) {
        let mut text = String::new();
        self.sanitizer(stream).flush(&mut text);
        self.write(stream, text);
    }

    /// Ends a stream.
    pub(super) fn finish(&mut self, stream: Stream) {
        let mut text = String::new();
        self.sanitizer(stream).finish(&mut text);
        self.write(stream, text);
    }

    fn write(&mut self, stream: Stream, text: String) {
        if text.is_empty() {
            return;
        }
        let other = self.sanitizer(stream.other());
        if other.is_line_open() {
            let mut broken = String::new();
            other.break_line(&mut broken);
            self.sink.write(broken);
        }
        self.sink.write(text);
    }

    fn sanitizer(&mut self, stream: Stream) -> &mut Sanitizer {
        match stream {
            Stream::Output => &mut self.output,
            Stream::Error => &mut self.error,
        }
    }
}
