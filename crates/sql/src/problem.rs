//! Something in the text that keeps it from being run statement by statement.

use std::ops::Range;

use crate::ProblemKind;

/// A problem and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// The bytes to point at: the opening delimiter, the whole command, or the stray text.
    pub range: Range<usize>,
}
