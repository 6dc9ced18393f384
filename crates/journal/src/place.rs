//! Where in a run directory something is wrong. Does not say what.

use std::fmt;

/// A place in a run directory: a file of it, and where in that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's name in the run directory, or another run's.
    pub file: String,
    /// The record, by its number.
    pub record: Option<u64>,
    /// The line of the file, from 1.
    pub line: Option<u64>,
    /// The byte of the file, from 0, where that line begins.
    pub byte: Option<u64>,
}

impl Place {
    pub(crate) fn file(name: impl Into<String>) -> Self {
        Self {
            file: name.into(),
            record: None,
            line: None,
            byte: None,
        }
    }

    pub(crate) fn record(number: u64) -> Self {
        Self {
            record: Some(number),
            ..Self::file("journal.jsonl")
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        let parts = [
            ("record", self.record),
            ("line", self.line),
            ("byte", self.byte),
        ];
        for (name, number) in parts {
            if let Some(number) = number {
                write!(f, ", {name} {number}")?;
            }
        }
        Ok(())
    }
}
