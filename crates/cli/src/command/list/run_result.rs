//! How a run came out, as far as its last record says.

use stepmark_core::record::{Event, PauseReason, Record};

/// How a run came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::command) enum RunResult {
    /// It came to its end, with this verdict's word.
    Finished(String),
    /// It was put down unfinished, for this reason.
    Paused(PauseReason),
    /// A process is running it now.
    Running,
    /// Its process ended without putting it down.
    BrokenOff,
    /// Its log cannot be read, for this reason.
    Unreadable(String),
}

impl RunResult {
    /// What `last` says; a run without an ending is running when `is_locked`.
    pub(in crate::command) fn of(last: &Record, is_locked: impl FnOnce() -> bool) -> Self {
        match &last.event {
            Event::RunFinished { verdict } => {
                let word = serde_json::to_value(verdict).ok();
                let word = word.as_ref().and_then(|word| word.as_str());
                Self::Finished(word.unwrap_or("finished").to_owned())
            }
            Event::RunPaused { reason } => Self::Paused(reason.clone()),
            _ if is_locked() => Self::Running,
            _ => Self::BrokenOff,
        }
    }

    /// Whether everything was done.
    pub(in crate::command) fn is_success(&self) -> bool {
        matches!(self, Self::Finished(verdict) if verdict == "succeeded")
    }

    /// One word for programs.
    pub(in crate::command) fn word(&self) -> &str {
        match self {
            Self::Finished(verdict) => verdict,
            Self::Paused(_) => "paused",
            Self::Running => "running",
            Self::BrokenOff => "broken-off",
            Self::Unreadable(_) => "unreadable",
        }
    }

    /// Why it is not finished, if that is known.
    pub(in crate::command) fn reason(&self) -> Option<String> {
        match self {
            Self::Paused(reason) => Some(reason.sentence()),
            Self::Unreadable(reason) => Some(reason.clone()),
            Self::Finished(_) | Self::Running | Self::BrokenOff => None,
        }
    }

    /// Why it was put down, in a word for programs.
    pub(in crate::command) fn pause(&self) -> Option<&'static str> {
        let Self::Paused(reason) = self else {
            return None;
        };
        Some(match reason {
            PauseReason::StepFailed { .. } => "step_failed",
            PauseReason::StepUnknown { .. } => "step_unknown",
            PauseReason::TransactionLeftOpen { .. } => "transaction_left_open",
            PauseReason::SessionLost { .. } => "session_lost",
            PauseReason::Target { .. } => "target",
            PauseReason::NeedsPerson { .. } => "needs_person",
            PauseReason::StepRefused { .. } => "step_refused",
            PauseReason::Stopped => "stopped",
            PauseReason::PartDone => "part_done",
        })
    }

    /// A few words for a person.
    pub(in crate::command) fn phrase(&self) -> String {
        match self {
            Self::Finished(verdict) => verdict.replace('_', " "),
            Self::Paused(reason) => format!("paused: {}", reason.sentence()),
            Self::Running => "running".to_owned(),
            Self::BrokenOff => "broken off".to_owned(),
            Self::Unreadable(reason) => format!("log cannot be read: {reason}"),
        }
    }
}
