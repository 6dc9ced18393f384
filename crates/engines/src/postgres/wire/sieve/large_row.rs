//! A row with values that are too large to hold: each becomes a word that says how large it was. Other values stay.

use super::{ROW_BYTES_MAX, VALUE_BYTES_MAX};

/// Bytes of the number of columns.
const COUNT_BYTES: usize = 2;
/// Bytes of the length before each value.
const LENGTH_BYTES: usize = 4;

/// The row under way.
pub(super) struct LargeRow {
    /// What is still to come of it.
    left: usize,
    /// What it becomes.
    body: Vec<u8>,
    /// The length under way.
    length: Vec<u8>,
    /// What is to come of a value that is kept, or not.
    kept: usize,
    skipped: usize,
    withheld: Vec<String>,
}

impl LargeRow {
    pub(super) fn new(body: usize) -> Self {
        Self {
            left: body,
            body: Vec::new(),
            length: Vec::with_capacity(LENGTH_BYTES),
            kept: COUNT_BYTES,
            skipped: 0,
            withheld: Vec::new(),
        }
    }

    /// Takes some of `bytes`; returns how many.
    pub(super) fn take(&mut self, bytes: &[u8]) -> usize {
        let count = bytes.len().min(self.left);
        let mut rest = &bytes[..count];
        while !rest.is_empty() {
            let taken = if self.kept > 0 {
                let taken = self.kept.min(rest.len());
                self.body.extend_from_slice(&rest[..taken]);
                self.kept -= taken;
                taken
            } else if self.skipped > 0 {
                let taken = self.skipped.min(rest.len());
                self.skipped -= taken;
                taken
            } else {
                let taken = (LENGTH_BYTES - self.length.len()).min(rest.len());
                self.length.extend_from_slice(&rest[..taken]);
                if let Ok(length) = <[u8; LENGTH_BYTES]>::try_from(self.length.as_slice()) {
                    self.length.clear();
                    self.value(i32::from_be_bytes(length));
                }
                taken
            };
            rest = &rest[taken..];
        }
        self.left -= count;
        count
    }

    /// A value begins; NULL has a negative length.
    fn value(&mut self, length: i32) {
        let bytes = usize::try_from(length).unwrap_or(0);
        if bytes <= VALUE_BYTES_MAX && self.body.len() + bytes <= ROW_BYTES_MAX {
            self.body.extend_from_slice(&length.to_be_bytes());
            self.kept = bytes;
            return;
        }
        self.skipped = bytes;
        let word = format!("\u{2039}{bytes} bytes, not shown\u{203a}");
        let length = u32::try_from(word.len()).expect("it is a short word");
        self.body.extend_from_slice(&length.to_be_bytes());
        self.body.extend_from_slice(word.as_bytes());
        self.withheld.push(word);
    }

    pub(super) fn is_over(&self) -> bool {
        self.left == 0
    }

    /// What it became, and the words that stand for values.
    pub(super) fn finish(self) -> (Vec<u8>, Vec<String>) {
        (self.body, self.withheld)
    }
}
