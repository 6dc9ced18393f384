//! The output pane's own virtual view: of however many lines, only those in the window are ever read.

use std::ops::Range;

use stepmark_core::output::OutputId;

/// Where the output pane looks, and what it saw there.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutputView {
    /// Whose output.
    pub(crate) id: Option<OutputId>,
    /// The first row shown; none while the end is followed.
    pub(crate) top: Option<u64>,
    /// Columns scrolled away at the left.
    pub(crate) left: usize,
    /// Lines there are.
    pub(crate) lines: u64,
    /// Lines of `window`, by number.
    pub(crate) range: Range<u64>,
    /// The text of those lines.
    pub(crate) window: Vec<String>,
}

impl OutputView {
    /// The first row shown, of `rows` in a pane `height` high.
    pub(crate) fn first_row(&self, rows: u64, height: u64) -> u64 {
        let last = rows.saturating_sub(height);
        self.top.unwrap_or(last).min(last)
    }

    /// Moves the window up, which stops following.
    pub(crate) fn up(&mut self, count: u64, rows: u64, height: u64) {
        self.top = Some(self.first_row(rows, height).saturating_sub(count));
    }

    /// Moves the window down; at the end it follows again.
    pub(crate) fn down(&mut self, count: u64, rows: u64, height: u64) {
        let top = self.first_row(rows, height).saturating_add(count);
        self.top = (top < rows.saturating_sub(height)).then_some(top);
    }

    /// The lines a window from `first` on shows, `height` high, of an output of `lines`.
    pub(crate) fn visible(first: u64, height: u64, lines: u64) -> Range<u64> {
        let end = first.saturating_add(height).min(lines);
        first.min(end)..end
    }
}
