//! What a text splits into.

use std::ops::Range;

use crate::splitter::Splitter;
use crate::{Problem, Statement, Variable};

/// The statements of a text and all that is not a statement. Every list is in text order, and
/// every offset is a byte offset into the text given to [`split`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The statements psql would send.
    pub statements: Vec<Statement>,
    /// What keeps the text from being run statement by statement.
    pub problems: Vec<Problem>,
    /// Variable references outside quotes, comments and backslash commands.
    pub variables: Vec<Variable>,
    /// Stretches with nothing to run: lone comments and semicolons, and text a `\r` discards.
    pub empty: Vec<Range<usize>>,
}

/// Splits `text` as psql would, in linear time. `standard_conforming` is the session's
/// `standard_conforming_strings`, on everywhere since PostgreSQL 9.1 unless someone turned it off; where the text itself
/// sets it, the lines after are read accordingly.
///
/// Never fails: whatever is wrong is a [`Problem`], and unfinished text at the end is still a
/// statement, as psql sends it.
pub fn split(text: &str, standard_conforming: bool) -> Split {
    Splitter::new(text, standard_conforming).run()
}
