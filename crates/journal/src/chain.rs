//! Proves lines one after the other: each carries its hash, follows the one before, and has its number. Does not read files.

use std::path::Path;

use stepmark_core::record::{Event, FORMAT, Record};
use stepmark_core::{Digest, RunId};

use crate::dead::Dead;
use crate::piece::Piece;
use crate::{Head, ReadError, Summary, Tail, line};

/// Where the reading stands.
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

    /// The record of the next piece with its hash, when it is one.
    pub(crate) fn take(&mut self, piece: &Piece) -> Result<Option<(Record, Digest)>, ReadError> {
        let hash = if piece.is_line() {
            line::proven_hash(&piece.bytes)
        } else {
            None
        };
        self.is_unended = hash.is_some() && !piece.ends;
        let record = match hash {
            None => {
                self.bury(piece);
                None
            }
            Some(hash) => Some((self.prove(&piece.bytes, hash)?, hash)),
        };
        self.offset += piece.length();
        self.line += u64::from(piece.ends);
        Ok(record)
    }

    /// A line that carries its own hash must also be the next of this chain.
    fn prove(&mut self, bytes: &[u8], hash: Digest) -> Result<Record, ReadError> {
        if let Some(dead) = &self.dead
            && !dead.is_committed_to(bytes)
        {
            return Err(self.damaged(dead.line, dead.offset, dead.what.clone()));
        }
        let frame = line::frame(bytes).map_err(|error| self.not_understood(error.to_string()))?;
        if frame.v > FORMAT {
            return Err(ReadError::Newer {
                path: self.path.to_owned(),
                line: self.line,
                found: frame.v,
                known: FORMAT,
            });
        }
        let here = |what: String| self.damaged(self.line, self.offset, what);
        if frame.prev != self.head.hash {
            return Err(here(format!(
                "it follows a record with hash {} and stands after one with hash {}",
                frame.prev.short(),
                self.head.hash.short()
            )));
        }
        if frame.seq != self.head.seq + 1 {
            return Err(here(format!(
                "it is number {} and must be {}",
                frame.seq,
                self.head.seq + 1
            )));
        }
        if let Some(run) = &self.run
            && *run != frame.run
        {
            return Err(here(format!("it belongs to run {}, not {run}", frame.run)));
        }
        let event = line::event(bytes)
            .map_err(|error| self.not_understood(format!("event `{}`: {error}", frame.kind)))?;
        if self.dead.is_none() && matches!(event, Event::TailRecovered { .. }) {
            return Err(here(
                "the dead bytes that it closes off are not there".to_owned(),
            ));
        }
        self.dead = None;
        self.run.get_or_insert(frame.run);
        self.head = Head {
            seq: frame.seq,
            hash,
        };
        Ok(Record {
            seq: frame.seq,
            at: frame.at,
            event,
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
            line,
            offset,
            what,
        }
    }

    fn not_understood(&self, what: String) -> ReadError {
        ReadError::NotUnderstood {
            path: self.path.to_owned(),
            line: self.line,
            what,
        }
    }
}
