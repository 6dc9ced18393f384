//! A place on the page.

/// A place on the page: a row of a block. Ordered as one reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageAnchor {
    /// The block, as an index into the document.
    pub(crate) block: usize,
    /// The row of it, from 0.
    pub(crate) row: usize,
}
