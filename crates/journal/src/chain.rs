//! Proves lines one after the other: each carries its hash, follows the one before, and has its number. Does not read
//! files, and understands no events.

use std::path::Path;

use stepmark_core::record::FORMAT;
use stepmark_core::{Digest, RunId, Timestamp};

use crate::dead::Dead;
use crate::frame::frame;
use crate::piece::Piece;
use crate::{Head, ReadError, Summary, Tail, line};

/// A line that proved itself the next of its chain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) hash: Digest,
    line: u64,
    offset: u64,
}

impl Link {
    /// Why the event of this line cannot be read.
    pub(crate) fn not_understood(&self, path: &Path, what: String) -> ReadError {
        ReadError::NotUnderstood {
            path: path.to_owned(),
            record: self.seq,
            line: self.line,
            offset: self.offset,
            what,
        }
    }
}

/// Where the reading stands.
#[derive(Clone)]
pub(crate) struct Chain<'a> {
    path: &'a Path,
    run: Option<RunId>,
    head: Head,
    line: u64,
    offset: u64,
    dead: Option<Dead>,
    /// Whether the last line proved itself but lacks its newline.
    is_unended: bool,
}

impl<'a> Chain<'a> {
    pub(crate) fn new(path: &'a Path) -> Self {
        Self {
            path,
            run: None,
            head: Head::genesis(),
            line: 1,
            offset: 0,
            dead: None,
            is_unended: false,
        }
    }

    /// Takes the next piece; its link, when it is a record.
    pub(crate) fn take(&mut self, piece: &Piece) -> Result<Option<Link>, ReadError> {
        let hash = if piece.is_line() {
            line::proven_hash(&piece.bytes)
        } else {
            None
        };
        self.is_unended = hash.is_some() && !piece.ends;
        let link = match hash {
            None => {
                self.bury(piece);
                None
            }
            Some(hash) => Some(self.prove(&piece.bytes, hash)?),
        };
        self.offset += piece.length();
        self.line += u64::from(piece.ends);
        Ok(link)
    }

    /// A line that carries its own hash must also be the next of this chain.
    fn prove(&mut self, bytes: &[u8], hash: Digest) -> Result<Link, ReadError> {
        if let Some(dead) = &self.dead
            && !dead.is_committed_to(bytes)
        {
            return Err(self.damaged(dead.line, dead.offset, dead.what.clone()));
        }
        let here = |what: String| self.damaged(self.line, self.offset, what);
        let next = Link {
            seq: self.head.seq + 1,
            at: Timestamp::from_micros(0),
            hash,
            line: self.line,
            offset: self.offset,
        };
        let frame =
            frame(bytes).map_err(|error| next.not_understood(self.path, error.to_string()))?;
        if frame.v > FORMAT {
            return Err(ReadError::Newer {
                path: self.path.to_owned(),
                record: next.seq,
                line: self.line,
                offset: self.offset,
                found: frame.v,
                known: FORMAT,
            });
        }
        if frame.prev != self.head.hash {
            return Err(here(format!(
                "it follows a record with hash {} and stands after one with hash {}",
                frame.prev.short(),
                self.head.hash.short()
            )));
        }
        if frame.seq != next.seq {
            return Err(here(format!(
                "it is number {} and must be {}",
                frame.seq, next.seq
            )));
        }
        if let Some(run) = &self.run
            && run.as_str() != frame.run
        {
            return Err(here(format!("it belongs to run {}, not {run}", frame.run)));
        }
        if self.dead.is_none() && frame.kind == "tail_recovered" {
            return Err(here(
                "the dead bytes that it closes off are not there".to_owned(),
            ));
        }
        self.dead = None;
        if self.run.is_none() {
            self.run = Some(RunId::new(frame.run));
        }
        self.head = Head {
            seq: next.seq,
            hash,
        };
        Ok(Link {
            at: frame.at,
            ..next
        })
    }

    fn bury(&mut self, piece: &Piece) {
        self.dead
            .get_or_insert_with(|| Dead::new(self.line, self.offset, piece.fault()))
            .add(piece);
    }

    pub(crate) fn end(self) -> Summary {
        let tail = match self.dead {
            Some(dead) => dead.tail(),
            None if self.is_unended => Tail::Unended,
            None => Tail::Whole,
        };
        Summary {
            run: self.run,
            head: self.head,
            bytes: self.offset,
            tail,
        }
    }

    fn damaged(&self, line: u64, offset: u64, what: String) -> ReadError {
        ReadError::Damaged {
            path: self.path.to_owned(),
            record: self.head.seq + 1,
            line,
            offset,
            what,
        }
    }
}

#[cfg(test)]
mod tests;
