//! Why a journal cannot be trusted or understood. Does not cover a torn tail: that is data.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::Place;

/// A journal that cannot be read to its end.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The journal.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// A line is not as it was written, and good lines follow it.
    #[error("line {line} of {} is damaged: {what}", path.display())]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The record that should stand there, from 1.
        record: u64,
        /// The line, from 1.
        line: u64,
        /// The byte at which it begins.
        offset: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A line is whole but of a format that came after this program.
    #[error(
        "line {line} of {} is in journal format {found}; this stepmark knows formats up to {known}",
        path.display()
    )]
    Newer {
        /// The journal.
        path: PathBuf,
        /// The record, from 1.
        record: u64,
        /// The line, from 1.
        line: u64,
        /// The byte at which it begins.
        offset: u64,
        /// Its format version.
        found: u32,
        /// The newest format this program knows.
        known: u32,
    },
    /// A line is whole and of our format, but says something this program does not understand.
    #[error("line {line} of {} cannot be understood: {what}", path.display())]
    NotUnderstood {
        /// The journal.
        path: PathBuf,
        /// The record, from 1.
        record: u64,
        /// The line, from 1.
        line: u64,
        /// The byte at which it begins.
        offset: u64,
        /// What is not understood.
        what: String,
    },
}

impl ReadError {
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::Unreadable {
            path: path.to_owned(),
            reason: crate::reason(error),
        }
    }

    /// Where in the journal it is; nowhere when the file cannot be read at all.
    pub(crate) fn place(&self) -> Place {
        let (record, line, offset) = match self {
            Self::Unreadable { .. } => return Place::file("journal.jsonl"),
            Self::Damaged {
                record,
                line,
                offset,
                ..
            }
            | Self::Newer {
                record,
                line,
                offset,
                ..
            }
            | Self::NotUnderstood {
                record,
                line,
                offset,
                ..
            } => (*record, *line, *offset),
        };
        Place {
            file: "journal.jsonl".to_owned(),
            record: Some(record),
            line: Some(line),
            byte: Some(offset),
        }
    }

    /// What is wrong, without the place.
    pub(crate) fn what(&self) -> String {
        match self {
            Self::Unreadable { reason, .. } => reason.clone(),
            Self::Damaged { what, .. } => what.clone(),
            Self::NotUnderstood { what, .. } => format!("it cannot be understood: {what}"),
            Self::Newer { found, known, .. } => format!(
                "it is in journal format {found}; this stepmark knows formats up to {known}"
            ),
        }
    }

    /// What the operator can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "check that the path is right and may be read",
            Self::Damaged { .. } => {
                "do not continue this run; compare the file with a backup, and look into who changed it"
            }
            Self::Newer { .. } | Self::NotUnderstood { .. } => {
                "open it with the stepmark that wrote it, or a newer one"
            }
        }
    }
}
