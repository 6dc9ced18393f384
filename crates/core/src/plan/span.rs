//! Places in the runbook's source.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A byte range of the runbook's source; where it includes others, of the row of [`super::Sources`].
pub type Span = Range<usize>;

/// A place a person can find: line and column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}
