//! All that was checked about one run. Does not print it.

use stepmark_core::RunId;

use crate::{Check, Head, Proof, Subject};

/// What is proven about a run directory, and what is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The run.
    pub run: RunId,
    /// The last record before the end or the first damaged line.
    pub head: Head,
    /// Whether a process is writing to it now, so that its end cannot be there yet.
    pub is_running: bool,
    /// Every check that was made, in the order to show them.
    pub checks: Vec<Check>,
}

impl Verification {
    /// Whether nothing was found broken; unproven claims do not count.
    pub fn is_sound(&self) -> bool {
        !self
            .checks
            .iter()
            .any(|check| matches!(check.proof, Proof::Broken { .. }))
    }

    /// Whether every claim was proven, but for the one that only a signature proves.
    pub fn is_complete(&self) -> bool {
        let claims = || {
            self.checks
                .iter()
                .filter(|check| check.subject != Subject::Whole)
        };
        claims().all(|check| matches!(check.proof, Proof::Held { .. }))
    }
}
