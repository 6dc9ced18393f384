//! Cuts a file into lines without holding more than a line may have. Does not judge them.

use std::io::{self, BufRead};

use crate::line::LINE_BYTES_MAX;

/// A line, or as much of an overlong one as a line may have.
#[derive(Default)]
pub(crate) struct Piece {
    pub(crate) bytes: Vec<u8>,
    /// Whether it begins where a line begins.
    begins: bool,
    /// Whether a newline follows.
    pub(crate) ends: bool,
}

impl Piece {
    /// Reads the next piece; false at the end of the file.
    pub(crate) fn fill(&mut self, source: &mut impl BufRead) -> io::Result<bool> {
        self.begins = self.ends || self.bytes.is_empty();
        self.ends = false;
        self.bytes.clear();
        loop {
            let block = source.fill_buf()?;
            if block.is_empty() {
                return Ok(!self.bytes.is_empty());
            }
            let room = LINE_BYTES_MAX - self.bytes.len();
            let block = &block[..block.len().min(room)];
            let newline = block.iter().position(|byte| *byte == b'\n');
            let content = newline.unwrap_or(block.len());
            self.bytes.extend_from_slice(&block[..content]);
            source.consume(content + usize::from(newline.is_some()));
            if newline.is_some() || self.bytes.len() == LINE_BYTES_MAX {
                self.ends = newline.is_some();
                return Ok(true);
            }
        }
    }

    /// Whether it is a line as a whole; the last one of a file may lack its newline.
    pub(crate) fn is_line(&self) -> bool {
        self.begins && self.bytes.len() < LINE_BYTES_MAX
    }

    /// Bytes it takes in the file, its newline included.
    pub(crate) fn length(&self) -> u64 {
        self.bytes.len() as u64 + u64::from(self.ends)
    }

    /// Why it is no record, when its hash does not prove it.
    pub(crate) fn fault(&self) -> String {
        if !self.ends && self.bytes.len() == LINE_BYTES_MAX {
            return format!("it is longer than {LINE_BYTES_MAX} bytes");
        }
        if !self.ends {
            return "it has no end".to_owned();
        }
        if serde_json::from_slice::<serde::de::IgnoredAny>(&self.bytes).is_err() {
            return "it is not a JSON object as stepmark writes them".to_owned();
        }
        "its bytes do not have the hash that it carries".to_owned()
    }
}
