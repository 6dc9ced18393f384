//! Brings a step's two streams together in order of arrival, keeping whole lines whole, each cleaned and with secrets masked
//! before, so that a line of the other does not part one. Does not read them.

use std::sync::Arc;

use stepmark_core::output::OutputSink;

use crate::redact::{Redacting, Redactor};
use crate::sanitize::{Held, Sanitizer};

/// Which of a process's streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// Both streams on their way to the sink.
pub(super) struct Interleaver {
    sink: Arc<dyn OutputSink>,
    output: Way,
    error: Way,
    /// Whose line is shown in part.
    open: Option<Stream>,
}

/// The way of one stream.
struct Way {
    sanitizer: Sanitizer,
    redacting: Redacting,
}

impl Way {
    fn new(redactor: &Redactor) -> Self {
        Self {
            sanitizer: Sanitizer::new(),
            redacting: redactor.redacting(),
        }
    }

    /// What ends the line of which a part is shown, because something else comes after it.
    fn break_line(&mut self) -> String {
        let mut broken = String::new();
        self.sanitizer.break_line(&mut broken);
        if broken.is_empty() {
            let is_coloured = self.redacting.is_colour_held();
            broken.push_str(if is_coloured { "\x1b[0m\n" } else { "\n" });
        }
        broken
    }
}

impl Interleaver {
    /// Both streams at their start.
    pub(super) fn new(sink: Arc<dyn OutputSink>, redactor: &Redactor) -> Self {
        Self {
            sink,
            output: Way::new(redactor),
            error: Way::new(redactor),
            open: None,
        }
    }

    /// Takes what arrived.
    pub(super) fn push(&mut self, stream: Stream, bytes: &[u8]) {
        let mut text = String::with_capacity(bytes.len() + 256);
        let way = self.way(stream);
        way.sanitizer.push(bytes, &mut text);
        let text = way.redacting.push(text);
        self.write(stream, text);
    }

    /// What is held back of a stream.
    pub(super) fn held(&mut self, stream: Stream) -> Held {
        self.way(stream).sanitizer.held()
    }

    /// Shows what is held back of a stream, but for what may be the beginning of a secret.
    pub(super) fn flush(&mut self, stream: Stream) {
        let mut text = String::new();
        let way = self.way(stream);
        way.sanitizer.flush(&mut text);
        let text = way.redacting.push(text);
        self.write(stream, text);
    }

    /// Ends a stream.
    pub(super) fn finish(&mut self, stream: Stream) {
        let mut text = String::new();
        let way = self.way(stream);
        way.sanitizer.finish(&mut text);
        let mut text = way.redacting.push(text);
        text.push_str(&way.redacting.finish());
        self.write(stream, text);
    }

    fn write(&mut self, stream: Stream, text: String) {
        if text.is_empty() {
            return;
        }
        if let Some(other) = self.open.filter(|open| *open != stream) {
            let broken = self.way(other).break_line();
            self.sink.write(broken);
        }
        self.open = (!text.ends_with('\n')).then_some(stream);
        self.sink.write(text);
    }

    fn way(&mut self, stream: Stream) -> &mut Way {
        match stream {
            Stream::Output => &mut self.output,
            Stream::Error => &mut self.error,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use stepmark_core::output::OutputSink;

    use super::{Interleaver, Stream};
    use crate::redact::Redactor;

    #[derive(Default)]
    struct Shown(Mutex<String>);

    impl OutputSink for Shown {
        fn write(&self, text: String) {
            self.0.lock().unwrap().push_str(&text);
        }
    }

    /// What is shown of bytes that arrive one after the other, each flushed as if nothing came for a while.
    #[track_caller]
    fn check(pieces: &[(Stream, &str)], expected: &str) {
        let shown = Arc::new(Shown::default());
        let secret = ("s".to_owned(), "hunter2hunter2".to_owned());
        let mut lines = Interleaver::new(
            Arc::clone(&shown) as Arc<dyn OutputSink>,
            &Redactor::new([secret]),
        );
        for (stream, piece) in pieces {
            lines.push(*stream, piece.as_bytes());
            lines.flush(*stream);
        }
        lines.finish(Stream::Output);
        lines.finish(Stream::Error);
        assert_eq!(*shown.0.lock().unwrap(), expected);
    }

    #[test]
    fn a_line_of_the_other_stream_does_not_hide_a_secret() {
        let (out, err) = (Stream::Output, Stream::Error);
        check(
            &[
                (out, "pw=hunt"),
                (err, "a warning\n"),
                (out, "er2hunter2!\n"),
            ],
            "pw=\na warning\n‹s›!\n",
        );
        check(
            &[(out, "hunter2"), (err, "hunter2\n"), (out, "hunter2\n")],
            "hunter2\n‹s›\n",
        );
        check(
            &[
                (out, "\x1b[31mx hunter2"),
                (err, "hunter2"),
                (out, "hunter2\n"),
                (err, "hunter2\n"),
            ],
            "\x1b[31mx ‹s›\x1b[0m\n‹s›\n",
        );
    }

    #[test]
    fn what_is_held_back_at_the_end_of_a_wrapped_line_leaves_lines_whole() {
        let word = "x".repeat(40);
        check(
            &[
                (Stream::Output, &format!("{word}hunter2\n")),
                (Stream::Error, "warning\n"),
            ],
            &format!("{word}\nwarning\nhunter2\n"),
        );
    }
}
