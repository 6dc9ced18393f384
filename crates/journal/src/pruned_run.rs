//! What is kept of a run that was removed: one line in `pruned.jsonl`, beside the runs of its runbook. Does not remove.
//!
//! A line is framed as a journal's are: `v` first, `prev` (the hash of the line before) and `hash` last. It keeps the
//! head of the run that is gone, which the run after it has in its own first record, so that the link between the two
//! can still be checked, and a copy that turns up later can be recognised.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use stepmark_core::record::PreviousRun;
use stepmark_core::{Digest, RunId, Timestamp};

use crate::disk::FileDisk;
use crate::line::{self, genesis};
use crate::piece::Piece;

/// A run that was removed on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrunedRun {
    v: u32,
    /// When it was removed.
    pub at: Timestamp,
    /// The run.
    pub run: RunId,
    /// How many records it had.
    pub records: u64,
    /// The hash of its last one.
    pub head: Digest,
    /// Who removed it.
    pub by: String,
    /// The run before it, as its own first record named it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<PreviousRun>,
    prev: Digest,
}

impl PrunedRun {
    pub(crate) fn new(
        at: Timestamp,
        run: RunId,
        (records, head): (u64, Digest),
        by: String,
        previous: Option<PreviousRun>,
        prev: Digest,
    ) -> Self {
        Self {
            v: stepmark_core::record::FORMAT,
            at,
            run,
            records,
            head,
            by,
            previous,
            prev,
        }
    }

    /// Its line, with the newline.
    pub(crate) fn line(&self) -> serde_json::Result<Vec<u8>> {
        line::seal(self)
    }
}

/// The file in `root` (`…/.stepmark/<stem>`) that lists the runs removed from there.
pub(crate) fn ledger(root: &Path) -> PathBuf {
    root.join("pruned.jsonl")
}

/// The runs that were removed from `root`, in that order, and the hash of the last line.
///
/// # Errors
/// What is wrong with which line, when the list was changed.
pub fn pruned(root: &Path) -> Result<(Vec<PrunedRun>, Digest), String> {
    let path = ledger(root);
    let mut runs = Vec::new();
    let mut prev = genesis();
    if path.symlink_metadata().is_err() {
        return Ok((runs, prev));
    }
    let file = FileDisk::read(&path).map_err(|error| crate::reason(&error))?;
    let mut source = BufReader::new(file);
    let mut piece = Piece::default();
    let mut number = 0_u64;
    loop {
        let more = piece.fill(&mut source);
        if !more.map_err(|error| crate::reason(&error))? {
            return Ok((runs, prev));
        }
        number += 1;
        let is_last = source.fill_buf().is_ok_and(<[u8]>::is_empty);
        let Some(hash) = line::proven_hash(&piece.bytes) else {
            // A removal that died while it wrote its line removed nothing yet.
            if is_last && !piece.ends {
                return Ok((runs, prev));
            }
            return Err(format!(
                "line {number} does not have the hash that it carries"
            ));
        };
        let run: PrunedRun = serde_json::from_slice(&piece.bytes)
            .map_err(|error| format!("line {number}: {error}"))?;
        if run.prev != prev {
            return Err(format!("line {number} does not follow the line before it"));
        }
        prev = hash;
        runs.push(run);
    }
}

/// How many bytes of the list are whole lines.
pub(crate) fn whole_bytes(path: &Path) -> std::io::Result<u64> {
    let mut source = BufReader::new(FileDisk::read(path)?);
    let mut piece = Piece::default();
    let mut whole = 0;
    while piece.fill(&mut source)? {
        if piece.ends {
            whole += piece.length();
        }
    }
    Ok(whole)
}
