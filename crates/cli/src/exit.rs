//! Exit codes; the README lists them, and a test compares.

use std::process::ExitCode;

use stepmark_core::progress::Ending;
use stepmark_core::record::{PauseReason, Verdict};

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything succeeded.
    Done,
    /// A step failed, or a proof did.
    Failed,
    /// Usage, or the runbook is invalid.
    Usage,
    /// Refused: wrong or unreachable target, locked, needs a person.
    Refused,
    /// Stopped by the operator or a signal.
    Stopped,
    /// Our own bug.
    Bug,
    /// The journal could not be written.
    Journal,
    /// An outcome is unknown.
    Unknown,
}

impl Exit {
    /// Every exit code with its meaning, in order.
    pub const TABLE: &'static [(Self, &'static str)] = &[
        (Self::Done, "done, everything succeeded"),
        (
            Self::Failed,
            "a step failed; or the proof failed (`verify`, `rehearse`)",
        ),
        (Self::Usage, "usage, or the runbook is invalid"),
        (
            Self::Refused,
            "refused: wrong or unreachable target, locked, needs a person",
        ),
        (Self::Stopped, "stopped by the operator or a signal"),
        (Self::Bug, "our own bug: a panic"),
        (Self::Journal, "the journal could not be written"),
        (
            Self::Unknown,
            "an outcome is unknown; `stepmark resume` settles it",
        ),
    ];

    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Stopped => 4,
            Self::Bug => 70,
            Self::Journal => 74,
            Self::Unknown => 75,
        }
    }

    /// The exit that a run's end asks for.
    pub fn of(ending: &Ending) -> Self {
        match ending {
            Ending::Finished(Verdict::Succeeded) | Ending::Paused(PauseReason::PartDone) => {
                Self::Done
            }
            Ending::Finished(Verdict::RolledBack) => Self::Failed,
            Ending::Paused(
                PauseReason::StepFailed { .. }
                | PauseReason::SessionLost { .. }
                | PauseReason::TransactionLeftOpen { .. },
            ) => Self::Failed,
            Ending::Paused(
                PauseReason::Target { .. }
                | PauseReason::NeedsPerson { .. }
                | PauseReason::StepRefused { .. },
            ) => Self::Refused,
            Ending::Paused(PauseReason::Stopped) => Self::Stopped,
            Ending::Paused(PauseReason::StepUnknown { .. }) => Self::Unknown,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
