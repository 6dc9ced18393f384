//! What was found in a journal. Does not judge it: the verification does.

use stepmark_core::record::Record;
use stepmark_core::{Digest, RunId};

use crate::Head;

/// All records of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// In order, from sequence number 1.
    pub records: Vec<Record>,
    /// About the file as a whole, as it was before anything was closed off.
    pub summary: Summary,
}

/// About a journal as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The run it belongs to; none while it has no record.
    pub run: Option<RunId>,
    /// Where its chain ends.
    pub head: Head,
    /// Length of the file in bytes, a torn tail included.
    pub bytes: u64,
    /// How the file ends.
    pub tail: Tail,
}

/// How a journal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// With a record.
    Whole,
    /// With a record whose newline is missing: the record is good, and the next one begins with the newline.
    Unended,
    /// With bytes that are no record: a write was cut short, or the end was tampered with; the two look alike.
    Torn {
        /// Where they begin.
        offset: u64,
        /// How many there are.
        length: u64,
        /// Their SHA-256.
        digest: Digest,
    },
}
