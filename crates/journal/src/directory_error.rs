//! Why a run directory cannot be made or taken. Does not cover what happens once the journal writes.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::{JournalError, ReadError};

/// A run could not be begun or taken up. Nothing half-made is left behind.
#[derive(Debug, Error)]
pub enum DirectoryError {
    /// The disk refused.
    #[error("cannot write the run's log at {}: {reason}", path.display())]
    Unwritable {
        /// The file or directory that was refused.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// A symbolic link stands where a directory of ours must be.
    #[error("will not write the run's log through the symbolic link {}", path.display())]
    Symlink {
        /// The link.
        path: PathBuf,
    },
    /// Another process holds the run's lock.
    #[error("another stepmark is running the run at {}{}", path.display(), named(*holder))]
    Locked {
        /// The run directory.
        path: PathBuf,
        /// The process, where this machine can tell.
        holder: Option<u32>,
    },
    /// What should be a run directory is none, or cannot be read.
    #[error("there is no run at {}: {reason}", path.display())]
    NotARun {
        /// The path that was given.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The journal that should be continued cannot be trusted.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The journal's torn end could not be closed off.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl DirectoryError {
    pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::Unwritable {
            path: path.to_owned(),
            reason: crate::reason(error),
        }
    }

    /// What the operator can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unwritable { .. } => "give another place with --log-dir",
            Self::Symlink { .. } => "remove the link, or give the place it leads to with --log-dir",
            Self::Locked { .. } => "wait until it ends, or stop it",
            Self::NotARun { .. } => "`stepmark runs` lists the runs there are",
            Self::Read(error) => error.hint(),
            Self::Journal(error) => error.hint(),
        }
    }
}

fn named(holder: Option<u32>) -> String {
    holder.map_or_else(String::new, |holder| format!(": process {holder}"))
}
