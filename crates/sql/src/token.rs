//! One token of the text; it borrows nothing and owns nothing but its place.

use std::ops::Range;

use crate::TokenKind;

/// A token: its kind and its bytes in the lexed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its byte range; never empty.
    pub range: Range<usize>,
    /// False for a quote or comment that runs into the end of the text.
    pub closed: bool,
}
