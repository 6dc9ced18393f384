//! One row of the page.

use ratatui::text::Line;

/// One row of the page, whatever the run's state.
#[derive(Clone, Debug)]
pub(crate) struct PageRow {
    pub(crate) kind: RowKind,
    pub(crate) line: Line<'static>,
}

/// What a row of the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowKind {
    /// Between two blocks.
    Blank,
    /// Text of a block.
    Text,
    /// Where a step's state and its button go; `line` is what stands before it.
    StepHeader,
    /// Where the value of the step's n-th variable goes, from 0; `line` is what stands before it.
    Variable(usize),
}
