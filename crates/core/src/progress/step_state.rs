//! The states a step can be in.

use crate::StepId;
use crate::record::TransactionEnd;

/// Where a step stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StepState {
    /// Not started.
    #[default]
    Pending,
    /// Its intent is recorded, its outcome is not.
    Running,
    /// A background step that is up.
    Up,
    /// It did what it should, inside a transaction that is still open.
    Held,
    /// It did what it should, for good.
    Succeeded,
    /// It did not.
    Failed,
    /// The transaction it was held in did not commit.
    Undone {
        /// How that transaction ended.
        end: TransactionEnd,
        /// The step that ended it; none when the session's end or the operator did.
        by: Option<StepId>,
    },
    /// It was done, and undone by the steps that undo it.
    RolledBack,
    /// Nobody knows whether it took effect.
    Unknown,
    /// Passed over, with a reason.
    Skipped,
    /// Its `when` variable is not true.
    NotNeeded,
}

impl StepState {
    /// Whether steps that need this one may start.
    pub fn satisfies(&self) -> bool {
        matches!(
            self,
            Self::Up | Self::Held | Self::Succeeded | Self::Skipped | Self::NotNeeded
        )
    }

    /// One word for a person.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Up => "up",
            Self::Held => "held",
            Self::Succeeded => "done",
            Self::Failed => "failed",
            Self::Undone { .. } => "undone",
            Self::RolledBack => "rolled back",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
            Self::NotNeeded => "not needed",
        }
    }
}
