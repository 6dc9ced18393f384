//! Whether a run has come to its end.

use serde::Serialize;

use crate::progress::{Ending, Progress};
use crate::report::phrase::verdict_words;

/// Whether a run has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Vitality {
    /// Its end, or a pause, is on record.
    Ended,
    /// A process is running it.
    Running,
    /// No end is on record, and nobody is at it.
    Cut,
}

impl Vitality {
    pub(super) fn of(progress: &Progress, is_running: bool) -> Self {
        match progress.ending() {
            _ if is_running => Self::Running,
            Some(_) => Self::Ended,
            None => Self::Cut,
        }
    }

    /// How the run came out, in words.
    pub(super) fn result(self, progress: &Progress) -> String {
        match (self, progress.ending()) {
            (Self::Running, _) => "still going on".to_owned(),
            (_, Some(Ending::Finished(verdict))) => verdict_words(*verdict).to_owned(),
            (_, Some(Ending::Paused(reason))) => reason.sentence(),
            (_, None) => "no end recorded: the run was cut off, or died".to_owned(),
        }
    }
}
