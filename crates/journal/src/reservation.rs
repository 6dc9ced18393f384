//! Whether space for an outcome is promised. Does not reserve: the journal does.

/// What came of [`crate::Journal::reserve`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The next intent and its outcome have their space, whatever else fills the disk.
    Reserved,
    /// This file system cannot reserve; on a full disk an outcome may be lost. The run says so once.
    Refused {
        /// The operating system's reason.
        reason: String,
    },
}
