//! Why nothing more can be recorded. Does not cover the making or reading of a run directory.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The first thing that went wrong in writing; every later call gets the same. The run must not start another step.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JournalError {
    /// The disk refused.
    #[error("cannot {action} {}: {reason}", path.display())]
    Disk {
        /// What was tried: `write`, `sync`, `measure`, `reserve space in`, `create`, `rename`.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
        /// The same, for code.
        kind: io::ErrorKind,
    },
    /// After a sync the file did not have the length it must have: something else writes to it, or a write lied.
    #[error("{} is {found} bytes long after a write and must be {expected}", path.display())]
    Length {
        /// The file.
        path: PathBuf,
        /// The length that all acknowledged writes add up to.
        expected: u64,
        /// The length it has.
        found: u64,
    },
    /// A record that the format cannot hold.
    #[error("cannot put a record into words: {reason}")]
    Record {
        /// Why not.
        reason: String,
    },
    /// The journal was closed, or its thread is gone.
    #[error("the journal is closed")]
    Closed,
}

impl JournalError {
    pub(crate) fn disk(action: &'static str, path: &Path, error: &io::Error) -> Self {
        Self::Disk {
            action,
            path: path.to_owned(),
            reason: crate::reason(error),
            kind: error.kind(),
        }
    }

    /// What the operator can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Disk {
                kind: io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded,
                ..
            } => {
                "make room on that file system before the next run; `stepmark report` says how far this one came"
            }
            Self::Disk { .. } | Self::Length { .. } => {
                "check that file system before the next run; the step that was running shows as unknown"
            }
            Self::Record { .. } | Self::Closed => {
                "this is a fault of stepmark; the run's log up to here is safe"
            }
        }
    }
}
