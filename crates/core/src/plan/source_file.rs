//! One file that a plan was made from.

use super::Span;
use crate::Digest;

/// One file that a plan was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The runbook's own name; of an included file its path from the runbook's folder, with `/` between the parts.
    pub path: String,
    /// SHA-256 of its exact bytes.
    pub digest: Digest,
    /// Where its text stands in the row of [`super::Sources`].
    pub span: Span,
    /// The first byte that is not UTF-8, with its place in the file, if there is one.
    pub not_utf8: Option<(usize, u8)>,
    /// Why it could not be read, as the end of a sentence about it.
    pub objection: Option<String>,
}
