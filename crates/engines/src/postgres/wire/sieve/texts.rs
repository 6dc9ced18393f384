//! A message that is mostly texts: each is cut to a size, and what is not UTF-8 in it replaced.

use super::{FIELD_BYTES_MAX, whole_characters};

/// What follows the name of a column in a RowDescription.
const COLUMN_BYTES: usize = 18;

/// The message under way.
pub(super) struct Texts {
    tag: u8,
    /// What is still to come of it.
    left: usize,
    /// What came, cut already where the message is of texts alone.
    body: Vec<u8>,
    /// The length of the text under way.
    text_bytes: usize,
}

impl Texts {
    pub(super) fn new(tag: u8, body: usize) -> Self {
        Self {
            tag,
            left: body,
            body: Vec::new(),
            text_bytes: 0,
        }
    }

    /// Takes some of `bytes`; returns how many.
    pub(super) fn take(&mut self, bytes: &[u8]) -> usize {
        let count = bytes.len().min(self.left);
        match self.tag {
            b'E' | b'N' => bytes[..count].iter().for_each(|&byte| self.byte(byte)),
            _ => self.body.extend_from_slice(&bytes[..count]),
        }
        self.left -= count;
        count
    }

    fn byte(&mut self, byte: u8) {
        if byte != 0 {
            self.text_bytes += 1;
            if self.text_bytes <= FIELD_BYTES_MAX {
                self.body.push(byte);
            }
            return;
        }
        if self.text_bytes > FIELD_BYTES_MAX {
            let whole = whole_characters(&self.body);
            let more = self.text_bytes - FIELD_BYTES_MAX + self.body.len() - whole;
            self.body.truncate(whole);
            let note = format!("\u{2026} ({more} bytes more, not shown)");
            self.body.extend_from_slice(note.as_bytes());
        }
        self.text_bytes = 0;
        self.body.push(0);
    }

    pub(super) fn is_over(&self) -> bool {
        self.left == 0
    }

    /// Its tag and what it became.
    pub(super) fn finish(self) -> (u8, Vec<u8>) {
        let body = match self.tag {
            b'T' => columns(&self.body).unwrap_or(self.body),
            // A process id precedes the texts.
            b'A' if self.body.len() > 4 => {
                let (process, texts) = self.body.split_at(4);
                [process, &readable(texts)].concat()
            }
            _ => readable(&self.body),
        };
        (self.tag, body)
    }
}

fn readable(bytes: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(bytes).into_owned().into_bytes()
}

/// A RowDescription with readable names; none for a malformed one.
fn columns(body: &[u8]) -> Option<Vec<u8>> {
    let (count, mut rest) = body.split_at_checked(2)?;
    let mut columns = count.to_vec();
    while !rest.is_empty() {
        let end = rest.iter().position(|&byte| byte == 0)?;
        let (fixed, next) = rest[end..].split_at_checked(1 + COLUMN_BYTES)?;
        columns.extend(readable(&rest[..end]));
        columns.extend_from_slice(fixed);
        rest = next;
    }
    Some(columns)
}
