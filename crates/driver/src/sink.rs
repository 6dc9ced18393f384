//! The way of a step's output from its engine to the journal: masked, and for a wait only where it changed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use stepmark_core::StepIndex;
use stepmark_core::output::OutputSink;
use stepmark_engines::redact::{Redacting, Redactor};
use stepmark_journal::OutputWriter;

use crate::Feed;
use crate::message::Message;

/// Hands output to the journal's thread and tells readers that it grew.
pub(crate) struct Sink {
    writer: OutputWriter,
    feed: Arc<Feed>,
    messages: Sender<Message>,
    step: StepIndex,
    refusal_told: AtomicBool,
    passing: Mutex<Passing>,
}

/// What is on its way through.
struct Passing {
    redacting: Redacting,
    look: Option<Look>,
}

/// The output of one look of a wait, held back until it is known whether it differs from that of the look before.
#[derive(Default)]
struct Look {
    before: Option<String>,
    text: String,
    /// Whether it is too long to be held, and goes through as it comes.
    through: bool,
}

/// So much of one look is held back, in bytes.
const LOOK_BYTES_MAX: usize = 256 * 1024;

impl Sink {
    pub(crate) fn new(
        writer: OutputWriter,
        feed: Arc<Feed>,
        messages: Sender<Message>,
        step: StepIndex,
        (redactor, waits): (&Redactor, bool),
    ) -> Self {
        Self {
            writer,
            feed,
            messages,
            step,
            refusal_told: AtomicBool::new(false),
            passing: Mutex::new(Passing {
                redacting: redactor.redacting(),
                look: waits.then(Look::default),
            }),
        }
    }

    /// Ends a look: what it printed is written if it is other than what the look before did.
    pub(crate) fn end_look(&self, after: Duration) {
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = passing.redacting.finish();
        let Some(look) = &mut passing.look else {
            return self.hand_on(rest);
        };
        look.text.push_str(&rest);
        let text = std::mem::take(&mut look.text);
        if std::mem::take(&mut look.through) {
            look.before = None;
            return self.hand_on(text);
        }
        if look.before.as_ref() == Some(&text) {
            return;
        }
        let shown = match look.before {
            None => text.clone(),
            Some(_) => format!(
                "--- after {} ---\n{text}",
                stepmark_core::report::duration(after)
            ),
        };
        look.before = Some(text);
        self.hand_on(shown);
    }

    /// Masks from now on what `redactor` knows, which is more than at the beginning.
    pub(crate) fn know(&self, redactor: &Redactor) {
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = passing.redacting.finish();
        passing.redacting = redactor.redacting();
        self.hand_on(rest);
    }

    /// Hands on what is still held back, at the attempt's end.
    pub(crate) fn finish(&self) {
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = passing.redacting.finish();
        let held = passing.look.take().map(|look| look.text);
        self.hand_on(held.unwrap_or_default() + &rest);
    }

    fn hand_on(&self, text: String) {
        if text.is_empty() {
            return;
        }
        self.writer.write(text);
        self.feed.output_grew();
        if self.writer.is_refused() && !self.refusal_told.swap(true, Ordering::Relaxed) {
            // The driver may have ended in the meantime; then the run has been put down already.
            let _ = self.messages.send(Message::OutputRefused(self.step));
        }
    }
}

impl OutputSink for Sink {
    fn write(&self, text: String) {
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        let text = passing.redacting.push(text);
        let Some(look) = &mut passing.look else {
            // Handed on under the lock, so that two threads cannot change places; readers of the journal never take it.
            return self.hand_on(text);
        };
        look.text.push_str(&text);
        if look.through || look.text.len() > LOOK_BYTES_MAX {
            look.through = true;
            let text = std::mem::take(&mut look.text);
            self.hand_on(text);
        }
    }
}
