//! Where lines begin in an output, sparsely. Does not hold or read the text.

use std::ops::Range;

use stepmark_core::output::OutputLength;

/// Bytes between two entries at first; doubled whenever the index is full.
const STRIDE_BYTES: u64 = 64 * 1024;
/// Entries at most, 512 KiB of memory. A window of lines is found by reading at most one stride and one line:
/// 64 KiB up to 2 GiB of output, a 32,768th of it beyond.
const ENTRIES_MAX: usize = 32 * 1024;

/// Beginnings of some lines, and the length of what was indexed.
#[derive(Clone, Debug)]
pub(crate) struct LineIndex {
    entries: Vec<LineStart>,
    stride: u64,
    bytes: u64,
    newlines: u64,
    ends_in_newline: bool,
}

/// Line `line` (from 0) begins at `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineStart {
    pub(crate) line: u64,
    pub(crate) offset: u64,
}

impl Default for LineIndex {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            stride: STRIDE_BYTES,
            bytes: 0,
            newlines: 0,
            ends_in_newline: true,
        }
    }
}

impl LineIndex {
    /// Indexes the text that follows what was indexed before.
    pub(crate) fn add(&mut self, mut text: &[u8]) {
        if let Some(last) = text.last() {
            self.ends_in_newline = *last == b'\n';
        }
        while !text.is_empty() {
            let due = self.last().offset + self.stride;
            let plain = usize::try_from(due.saturating_sub(self.bytes + 1)).unwrap_or(usize::MAX);
            let (before, rest) = text.split_at(plain.min(text.len()));
            self.count(before);
            let line_end = rest.iter().position(|byte| *byte == b'\n');
            let (line, after) = rest.split_at(line_end.map_or(rest.len(), |at| at + 1));
            self.count(line);
            if line_end.is_some() {
                self.enter();
            }
            text = after;
        }
    }

    /// How much was indexed.
    pub(crate) fn length(&self) -> OutputLength {
        OutputLength {
            bytes: self.bytes,
            lines: self.newlines + u64::from(!self.ends_in_newline),
        }
    }

    /// The known line starts that help to find the lines of `range` and the one after.
    pub(crate) fn around(&self, range: &Range<u64>) -> Vec<LineStart> {
        let origin = LineStart { line: 0, offset: 0 };
        let first = self
            .entries
            .partition_point(|entry| entry.line <= range.start);
        let nearest = first
            .checked_sub(1)
            .map_or(origin, |before| self.entries[before]);
        let within = self.entries[first..]
            .iter()
            .take_while(|entry| entry.line <= range.end);
        std::iter::once(nearest).chain(within.copied()).collect()
    }

    fn last(&self) -> LineStart {
        self.entries
            .last()
            .copied()
            .unwrap_or(LineStart { line: 0, offset: 0 })
    }

    fn count(&mut self, text: &[u8]) {
        self.bytes += text.len() as u64;
        // Counted in bytes, block by block, it becomes vector code.
        let in_block = |block: &[u8]| {
            block
                .iter()
                .map(|byte| u8::from(*byte == b'\n'))
                .sum::<u8>()
        };
        self.newlines += text
            .chunks(192)
            .map(|block| u64::from(in_block(block)))
            .sum::<u64>();
    }

    fn enter(&mut self) {
        self.entries.push(LineStart {
            line: self.newlines,
            offset: self.bytes,
        });
        if self.entries.len() == ENTRIES_MAX {
            let mut keep = false;
            self.entries.retain(|_| {
                keep = !keep;
                keep
            });
            self.stride *= 2;
        }
    }
}

#[cfg(test)]
mod tests;
