//! Reads a journal and proves every line of it. Does not repair and does not look at anything beside it.

use std::fs::File;
use std::io::{self, BufReader};
use std::os::unix::fs::FileExt;
use std::path::Path;

use stepmark_core::Digest;
use stepmark_core::record::Record;

use crate::chain::Chain;
use crate::disk::FileDisk;
use crate::line::{self, LINE_BYTES_MAX};
use crate::piece::Piece;
use crate::{ReadError, Reading, Summary};

/// Reads all records of the journal at `path`.
///
/// # Errors
/// When the file cannot be read, is damaged before its tail, or says what this program does not understand.
pub fn read(path: &Path) -> Result<Reading, ReadError> {
    let mut records = Vec::new();
    let summary = read_each(path, |record, _| records.push(record))?;
    Ok(Reading { records, summary })
}

/// Reads the journal at `path` record by record; `visit` gets each with its hash. Memory stays at one line.
///
/// # Errors
/// As [`read()`]; the records before the bad line were visited.
pub fn read_each(path: &Path, mut visit: impl FnMut(Record, Digest)) -> Result<Summary, ReadError> {
    let unreadable = |error: io::Error| ReadError::unreadable(path, &error);
    let file = FileDisk::read(path).map_err(unreadable)?;
    let mut source = BufReader::with_capacity(1 << 16, file);
    let mut chain = Chain::new(path);
    let mut piece = Piece::default();
    while piece.fill(&mut source).map_err(unreadable)? {
        if let Some((record, hash)) = chain.take(&piece)? {
            visit(record, hash);
        }
    }
    Ok(chain.end())
}

/// The first record, when the journal has one that proves itself.
pub(crate) fn first_record(path: &Path) -> Option<Record> {
    let mut source = BufReader::new(FileDisk::read(path).ok()?);
    let mut piece = Piece::default();
    piece.fill(&mut source).ok()?.then_some(())?;
    Chain::new(path)
        .take(&piece)
        .ok()?
        .map(|(record, _)| record)
}

/// The hash of the last line that proves itself; looks back no further than a line can be long.
pub(crate) fn last_hash(path: &Path) -> Option<Digest> {
    let file = FileDisk::read(path).ok()?;
    let length = file.metadata().ok()?.len();
    let mut window = 64 * 1024;
    loop {
        let bytes = end_of(&file, length, window).ok()?;
        let complete = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
        let found = bytes[..complete]
            .rsplit(|byte| *byte == b'\n')
            .find_map(line::proven_hash);
        if found.is_some() || window >= length || window > LINE_BYTES_MAX as u64 {
            return found;
        }
        window *= 8;
    }
}

fn end_of(file: &File, length: u64, window: u64) -> io::Result<Vec<u8>> {
    let taken = window.min(length);
    let mut bytes = vec![0; usize::try_from(taken).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, length - taken)?;
    Ok(bytes)
}
