//! Whether space for an outcome is promised. Does not reserve: the journal does.

/// What came of the space that [`crate::Journal::append_intent`] sets aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The outcome has its space, whatever else fills the disk.
    Reserved,
    /// This file system cannot reserve; on a full disk an outcome may be lost. The run says so once.
    Refused {
        /// The operating system's reason.
        reason: String,
    },
}
