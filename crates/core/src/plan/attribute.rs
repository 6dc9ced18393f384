//! An attribute as it was written, kept beside what it came to mean.

use super::Span;

/// One attribute of a fence or task, as written; the typed meaning of the known ones is in [`super::Step`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value with quotes and escapes resolved; none for a bare flag.
    pub value: Option<String>,
    /// Where it stands in the source, name and value.
    pub span: Span,
}
