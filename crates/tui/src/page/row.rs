//! One row of the page.

use ratatui::text::Line;

/// One row of the page, whatever the run's state.
#[derive(Clone, Debug)]
pub(crate) struct PageRow {
    pub(crate) kind: RowKind,
    pub(crate) line: Line<'static>,
    /// How many of the line's spans stand before its text: bars, markers, indentation, a gutter.
    pub(crate) before: usize,
}

impl PageRow {
    /// What it says, without what stands before.
    pub(crate) fn text(&self) -> String {
        let spans = self.line.spans.iter().skip(self.before);
        spans.map(|span| span.content.as_ref()).collect()
    }
}

/// What a row of the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowKind {
    /// Between two blocks.
    Blank,
    /// Text of a block.
    Text,
    /// A line of code that goes on from the row above.
    CodeGoesOn,
    /// What SQL locks and destroys.
    Risk,
    /// Where a step's state and its button go; `line` is what stands before it.
    StepHeader,
    /// Where the value of the step's n-th variable goes, from 0; `line` is what stands before it.
    Variable(usize),
}
