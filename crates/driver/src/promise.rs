//! That somebody tells the driver the end of what works for an attempt, also where that panics: else the run would wait for ever.

use std::sync::mpsc::Sender;

use stepmark_core::{Attempt, StepIndex};

use crate::message::{Message, WorkOver};

/// Held by what works for an attempt until it is over.
pub(crate) struct Promise {
    messages: Sender<Message>,
    step: StepIndex,
    attempt: Attempt,
    is_kept: bool,
}

impl Promise {
    /// Made when the work begins.
    pub(crate) fn new(messages: Sender<Message>, step: StepIndex, attempt: Attempt) -> Self {
        Self {
            messages,
            step,
            attempt,
            is_kept: false,
        }
    }

    /// The work is over.
    pub(crate) fn keep(mut self, over: WorkOver) {
        self.is_kept = true;
        let ended = Message::Ended(self.step, self.attempt, Box::new(over));
        // The driver may have ended in the meantime; then the step stays unknown on record.
        let _ = self.messages.send(ended);
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if !self.is_kept && std::thread::panicking() {
            let _ = self.messages.send(Message::Panicked);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use stepmark_core::runner::WorkEnded;

    use super::*;

    fn heard(work: impl FnOnce(Promise) + Send + 'static) -> Vec<Message> {
        let (messages, inbox) = mpsc::channel();
        let promise = Promise::new(messages, StepIndex(0), Attempt(1));
        // What it panics with is not asked for.
        let _ = std::thread::spawn(move || work(promise)).join();
        inbox.into_iter().collect()
    }

    #[test]
    fn work_that_panics_is_told_and_work_that_is_dropped_is_not() {
        let message = String::new();
        let over = WorkOver::Other(WorkEnded::Unstartable { message });
        let told = heard(|promise| promise.keep(over));
        assert!(matches!(told[..], [Message::Ended(..)]));
        let told = heard(|_promise| panic!("on purpose"));
        assert!(matches!(told[..], [Message::Panicked]));
        assert!(heard(drop).is_empty());
    }
}
