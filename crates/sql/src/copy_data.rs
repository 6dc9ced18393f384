//! Finds the inline data that follow a `COPY … FROM STDIN`; what is in them is not looked at.

use std::ops::Range;

use crate::steps;

/// Inline COPY data and the line that ends them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CopyData {
    /// The data rows, line ends included.
    pub(crate) rows: Range<usize>,
    /// Where the text goes on after the line `\.`; the text's end if there is none.
    pub(crate) resume: usize,
    /// Whether there was a line `\.`.
    pub(crate) ended: bool,
}

impl CopyData {
    /// The data that start with the line at `start`.
    pub(crate) fn find(text: &str, start: usize) -> Self {
        let mut at = start;
        for line in text[start..].split_inclusive('\n') {
            let resume = at + line.len();
            steps::add(line.len());
            if matches!(line, "\\.\n" | "\\.\r\n" | "\\." | "\\.\r") {
                return Self {
                    rows: start..at,
                    resume,
                    ended: true,
                };
            }
            at = resume;
        }
        Self {
            rows: start..text.len(),
            resume: text.len(),
            ended: false,
        }
    }
}
