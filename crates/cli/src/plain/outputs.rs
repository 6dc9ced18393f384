//! Where the printer reads what steps printed: a run under way, or one that is read again.

use stepmark_core::output::{OutputId, OutputReader};
use stepmark_journal::{LiveOutputs, StoredOutputs};

/// Outputs that are read by lines and by bytes.
pub(super) trait Outputs: OutputReader {
    /// Reads the bytes from `at` on into `buffer`; how many.
    ///
    /// # Errors
    /// What is said where they cannot be read.
    fn read_at(&self, id: &OutputId, buffer: &mut [u8], at: u64) -> Result<usize, String>;
}

impl Outputs for LiveOutputs {
    fn read_at(&self, id: &OutputId, buffer: &mut [u8], at: u64) -> Result<usize, String> {
        Self::read_at(self, id, buffer, at)
    }
}

impl Outputs for StoredOutputs {
    fn read_at(&self, id: &OutputId, buffer: &mut [u8], at: u64) -> Result<usize, String> {
        Self::read_at(self, id, buffer, at)
    }
}
