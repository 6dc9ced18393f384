//! Byte offsets to line numbers.

use stepmark_core::plan::{Sources, Span};

/// Where the lines of a runbook, and of what it includes, start.
pub(crate) struct LineStarts {
    starts: Vec<usize>,
    /// For each file where it starts, and how many lines stand before it.
    files: Vec<(usize, usize)>,
}

impl LineStarts {
    /// The lines of `sources`.
    pub(crate) fn of(sources: &Sources) -> Self {
        let bytes = sources.row().bytes().enumerate();
        let starts: Vec<usize> = bytes
            .filter_map(|(at, byte)| (byte == b'\n').then_some(at + 1))
            .collect();
        let files = sources.files().iter().map(|file| {
            let start = file.span.start;
            (start, starts.partition_point(|&line| line <= start))
        });
        Self {
            files: files.collect(),
            starts,
        }
    }

    /// The line of its file, from 1, that `span` starts on.
    pub(crate) fn line(&self, span: &Span) -> usize {
        let lines = self.starts.partition_point(|&start| start <= span.start);
        let file = self
            .files
            .partition_point(|(start, _)| *start <= span.start);
        1 + lines - self.files[file - 1].1
    }
}
