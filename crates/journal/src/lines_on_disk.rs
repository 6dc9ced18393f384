//! Lines and bytes of an output file, and what a reader says when it cannot be read. Does not index.

use std::io;
use std::ops::Range;
use std::path::Path;

use stepmark_core::output::OutputLength;

use crate::disk::FileDisk;
use crate::line_index::LineStart;
use crate::line_window::{self, ReadAt as _};

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

/// Fills `buffer` with the bytes of the file from `at` on, as far as it has them.
pub(crate) fn bytes_on_disk(path: &Path, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let file = FileDisk::read(path)?;
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], at + filled as u64)? {
            0 => break,
            taken => filled += taken,
        }
    }
    Ok(filled)
}

/// What stands in the place of an output that cannot be read.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> String {
    format!(
        "<stepmark cannot read this output: {}: {}>",
        crate::reason(error),
        path.display()
    )
}
