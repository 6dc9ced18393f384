//! `rollback=` and `probe=` before the step they name is known.

use stepmark_core::StepIndex;
use stepmark_core::plan::{Role, Span};

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoleWord {
    /// `rollback=`
    Rollback,
    /// `probe=`
    Probe,
}

impl RoleWord {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rollback => "rollback",
            Self::Probe => "probe",
        }
    }

    pub(crate) fn role_for(self, step: StepIndex) -> Role {
        match self {
            Self::Rollback => Role::RollbackOf(step),
            Self::Probe => Role::ProbeOf(step),
        }
    }
}

/// An attachment to another step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleAttribute {
    pub(crate) word: RoleWord,
    pub(crate) id: String,
    pub(crate) span: Span,
}
