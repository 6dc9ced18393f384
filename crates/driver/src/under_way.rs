//! An attempt that has started and not ended.

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use stepmark_core::{Attempt, ConnectionName, StepIndex};
use stepmark_engines::shell::ShellRun;
use stepmark_journal::OutputWriter;

use crate::sink::Sink;

/// An attempt that has started and not ended.
pub(crate) struct UnderWay {
    pub(crate) step: StepIndex,
    pub(crate) attempt: Attempt,
    pub(crate) started: Instant,
    pub(crate) output: OutputWriter,
    pub(crate) sink: Arc<Sink>,
    /// The attempt's lock, which its processes inherit.
    pub(crate) lock: Option<File>,
    /// Who works for it; nobody between two looks of a wait, and while its statements wait to be recorded.
    pub(crate) worker: Worker,
    /// The statements it made and that are still to be sent.
    pub(crate) made: Option<Vec<String>>,
}

/// Who works for an attempt.
pub(crate) enum Worker {
    /// Nobody.
    Nobody,
    /// The session of this connection.
    Session(ConnectionName),
    /// A process.
    Shell(ShellRun),
    /// Something that ended before it began; its end is on its way.
    Ended,
}

impl UnderWay {
    /// Whether it is this attempt.
    pub(crate) fn is(&self, step: StepIndex, attempt: Attempt) -> bool {
        (self.step, self.attempt) == (step, attempt)
    }

    /// How long ago its intent was recorded, nearly.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Microseconds, as records hold them.
pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
