//! A file whose steps a run has beside those of its runbook.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// A file whose steps a run has beside those of its runbook, as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncludedSource {
    /// Its path from the runbook's folder.
    pub path: String,
    /// SHA-256 of its exact bytes.
    pub digest: Digest,
    /// The file beside the journal that holds them.
    pub file: String,
}
