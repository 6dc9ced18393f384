//! All that was checked about one run. Does not print it.

use stepmark_core::RunId;
use stepmark_core::record::Record;

use crate::{Check, Proof};

/// What is proven about a run directory, what is not, and the records that were read meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The run.
    pub run: RunId,
    /// Its records, up to the first damaged line.
    pub records: Vec<Record>,
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
}
