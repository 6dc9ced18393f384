//! One place that was searched for server programs, and what was wrong with it.

use std::fmt;

/// A place that was searched, with the reason it was of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Where: a directory, a pattern of directories, or the program that was asked.
    pub place: String,
    /// Why nothing there could be used, for example `no initdb`.
    pub reason: String,
}

impl fmt::Display for Looked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.reason)
    }
}
