//! Lines of an output file, and what a reader says when it cannot be read. Does not index.

use std::io;
use std::ops::Range;
use std::path::Path;

use stepmark_core::output::OutputLength;

use crate::disk::FileDisk;
use crate::line_index::LineStart;
use crate::line_window;

/// The lines of `range` of the file; one line that says why, when it cannot be read.
pub(crate) fn lines_on_disk(
    path: &Path,
    length: OutputLength,
    known: &[LineStart],
    range: &Range<u64>,
    line_bytes_max: usize,
) -> Vec<String> {
    FileDisk::read(path)
        .and_then(|file| line_window::lines(&file, length, known, range, line_bytes_max))
        .unwrap_or_else(|error| {
            let mut line = unreadable(path, &error);
            line.truncate(line.floor_char_boundary(line_bytes_max));
            vec![line]
        })
}

/// What stands in the place of an output that cannot be read.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> String {
    format!(
        "<stepmark cannot read this output: {}: {}>",
        crate::reason(error),
        path.display()
    )
}
