//! Bytes of a journal that are no record. Does not decide whether that is damage.

use stepmark_core::Digest;
use stepmark_core::digest::DigestStream;
use stepmark_core::record::Event;

use crate::piece::Piece;
use crate::{Tail, line};

#[derive(Clone)]
/// Bytes that are no record, up to a record that commits to them or the end of the file.
pub(crate) struct Dead {
    pub(crate) line: u64,
    pub(crate) offset: u64,
    pub(crate) what: String,
    length: u64,
    digest: DigestStream,
    /// The newline after the last dead piece; it belongs to the dead bytes only if more of them follow.
    newline: bool,
}

impl Dead {
    /// No bytes yet; they begin with line `line` at `offset`, which is dead because of `what`.
    pub(crate) fn new(line: u64, offset: u64, what: String) -> Self {
        Self {
            line,
            offset,
            what,
            length: 0,
            digest: Digest::stream(),
            newline: false,
        }
    }

    pub(crate) fn add(&mut self, piece: &Piece) {
        self.add_newline();
        self.digest.update(&piece.bytes);
        self.length += piece.bytes.len() as u64;
        self.newline = piece.ends;
    }

    /// The dead bytes as the end of a file.
    pub(crate) fn tail(mut self) -> Tail {
        self.add_newline();
        Tail::Torn {
            offset: self.offset,
            length: self.length,
            digest: self.digest.finish(),
        }
    }

    /// Whether `line` is a record that closes off exactly these bytes and the newline after them.
    pub(crate) fn is_committed_to(&self, line: &[u8]) -> bool {
        let Ok(Event::TailRecovered {
            offset,
            length,
            digest,
        }) = line::event(line)
        else {
            return false;
        };
        offset == self.offset && length == self.length && digest == self.digest.clone().finish()
    }

    fn add_newline(&mut self) {
        if self.newline {
            self.digest.update(b"\n");
            self.length += 1;
            self.newline = false;
        }
    }
}
