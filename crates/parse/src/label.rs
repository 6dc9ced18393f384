//! A second place in the source that a diagnostic speaks of.

use stepmark_core::plan::{Position, Span};

/// A place and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place, in bytes.
    pub span: Span,
    /// The place's start, for people.
    pub position: Position,
    /// What is there.
    pub message: String,
}
