//! What a step's result must be, and what was found. The judging is [`super::Judge`]'s and [`super::TextJudge`]'s.

use serde::{Deserialize, Serialize};

use super::Pattern;
use crate::StepIndex;

/// What the result of a step must be. A step without error, and exit 0, are needed in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// `check`: SQL's last result has a row and its first column is true in every row; a shell exits 0.
    Holds,
    /// `expect=empty`: the last result has no row; a shell writes nothing but blanks to its standard output.
    Empty,
    /// `expect=rows`: the last result has a row; a shell writes something.
    Rows,
    /// `expect="TEXT"`: the only cell of the last result, or the trimmed standard output, is this.
    Equals(String),
    /// `expect=/REGEX/`: it matches somewhere in a cell of the last result, or in the trimmed standard output.
    Matches(Pattern),
    /// `same=STEP`: the rows are those of that step.
    SameAs(StepIndex),
}

/// What an [`Expectation`] saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Whether the expectation was met.
    pub met: bool,
    /// What was seen, in words.
    pub seen: String,
}

impl Finding {
    pub(super) fn met(seen: impl Into<String>) -> Self {
        Self {
            met: true,
            seen: seen.into(),
        }
    }

    pub(super) fn missed(seen: impl Into<String>) -> Self {
        Self {
            met: false,
            seen: seen.into(),
        }
    }
}

/// Values in findings are cut here, in bytes.
const VALUE_BYTES_MAX: usize = 200;

/// `value` in quotes, cut where it is long.
pub(super) fn quoted(value: &str) -> String {
    let cut = shortened(value);
    let dots = if cut.len() < value.len() { "…" } else { "" };
    format!("\u{201c}{cut}{dots}\u{201d}")
}

/// The start of `value`, as much as a finding shows.
pub(super) fn shortened(value: &str) -> &str {
    &value[..value.floor_char_boundary(VALUE_BYTES_MAX)]
}
