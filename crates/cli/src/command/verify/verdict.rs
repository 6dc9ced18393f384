//! What a verification comes to.

use stepmark_journal::Verification;

/// What a verification comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Every claim was proven.
    Holds,
    /// Nothing is broken, but not everything could be shown.
    HoldsInPart,
    /// The run is still going on, and nothing is broken so far.
    Running,
    /// Something is not what was recorded.
    Broken,
}

impl Verdict {
    pub(super) fn of(verification: &Verification) -> Self {
        match verification.is_sound() {
            false => Self::Broken,
            true if verification.is_running => Self::Running,
            true if verification.is_complete() => Self::Holds,
            true => Self::HoldsInPart,
        }
    }

    /// One word for programs.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::HoldsInPart => "holds_in_part",
            Self::Running => "running",
            Self::Broken => "broken",
        }
    }

    /// The verdict for a person.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Holds => "everything that can be shown from here holds",
            Self::HoldsInPart => {
                "what can be shown from here holds; what is called unproven was not shown"
            }
            Self::Running => "this run is still going on; what it has recorded so far holds",
            Self::Broken => "this log is NOT what was recorded",
        }
    }
}
