//! What readers of a growing output see: lengths, the index, and its last part in memory. Does not touch the disk.

use std::path::{Path, PathBuf};

use stepmark_core::output::{EXCERPT_BYTES_MAX, OutputLength};

use crate::line_index::LineIndex;

/// One byte more than an excerpt, to see whether it begins at a line's start.
const KEPT_BYTES: usize = EXCERPT_BYTES_MAX + 1;

/// The state of an output as of the last text that was taken.
#[derive(Default)]
pub(crate) struct Shown {
    length: OutputLength,
    index: LineIndex,
    /// All of it, or the end of what is on disk.
    memory: Vec<u8>,
    path: Option<PathBuf>,
}

/// Where the next text goes.
pub(crate) enum Placement {
    /// The output is short and stays in memory.
    Memory,
    /// The output is too long for memory; `before` is what must be in the file ahead of it, and is not yet.
    Disk {
        /// Empty once the file exists.
        before: Vec<u8>,
    },
}

impl Shown {
    pub(crate) fn placement(&self, text: &str) -> Placement {
        if self.path.is_some() {
            Placement::Disk { before: Vec::new() }
        } else if self.memory.len() + text.len() > EXCERPT_BYTES_MAX {
            Placement::Disk {
                before: self.memory.clone(),
            }
        } else {
            Placement::Memory
        }
    }

    /// Adds text that stays in memory.
    pub(crate) fn add(&mut self, text: &str) {
        self.memory.extend_from_slice(text.as_bytes());
        self.count(text);
    }

    /// Adds text that stands at the end of the file `path`.
    pub(crate) fn add_on_disk(&mut self, text: &str, path: &Path) {
        if self.path.is_none() {
            self.path = Some(path.to_owned());
        }
        let bytes = text.as_bytes();
        let end = &bytes[bytes.len().saturating_sub(KEPT_BYTES)..];
        self.memory.extend_from_slice(end);
        if self.memory.len() > 4 * KEPT_BYTES {
            self.memory.drain(..self.memory.len() - KEPT_BYTES);
        }
        self.count(text);
    }

    pub(crate) fn length(&self) -> OutputLength {
        self.length
    }

    pub(crate) fn index(&self) -> &LineIndex {
        &self.index
    }

    /// The whole content, unless it is on disk.
    pub(crate) fn whole(&self) -> Result<&[u8], &Path> {
        self.path.as_deref().map_or(Ok(&self.memory), Err)
    }

    /// The whole output when it is short, else its end from a line's start, or from a character's when one line fills it.
    pub(crate) fn excerpt(&self) -> String {
        let start = match self.path {
            None => 0,
            Some(_) => excerpt_start(&self.memory),
        };
        String::from_utf8_lossy(&self.memory[start..]).into_owned()
    }

    fn count(&mut self, text: &str) {
        self.index.add(text.as_bytes());
        self.length = self.index.length();
    }
}

fn excerpt_start(memory: &[u8]) -> usize {
    let first = memory.len().saturating_sub(EXCERPT_BYTES_MAX);
    if first == 0 || memory[first - 1] == b'\n' {
        return first;
    }
    let last = memory.len() - 1;
    if let Some(newline) = memory[first..last].iter().position(|byte| *byte == b'\n') {
        return first + newline + 1;
    }
    (first..memory.len())
        .find(|at| memory[*at] & 0xC0 != 0x80)
        .unwrap_or(memory.len())
}
