//! Byte offsets to line numbers.

/// Where the lines of a source start.
pub(crate) struct LineStarts(Vec<usize>);

impl LineStarts {
    /// The lines of `source`.
    pub(crate) fn of(source: &str) -> Self {
        let newlines = source.bytes().enumerate();
        let starts = newlines.filter_map(|(at, byte)| (byte == b'\n').then_some(at + 1));
        Self(starts.collect())
    }

    /// The line of the byte at `offset`, from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|&start| start <= offset)
    }
}
