//! Reads a journal and proves every line of it. Does not repair and does not look at anything beside it.

use std::fs::File;
use std::io::{self, BufReader};
use std::os::unix::fs::FileExt;
use std::path::Path;

use stepmark_core::Digest;
use stepmark_core::record::Record;

use crate::chain::{Chain, Link};
use crate::disk::FileDisk;
use crate::frame::frame;
use crate::line::{self, LINE_BYTES_MAX};
use crate::piece::Piece;
use crate::{Head, ReadError, Reading, Summary, read_ahead};

/// Journals from this size on are hashed by a second thread while the first reads events.
const READ_AHEAD_BYTES_MIN: u64 = 1 << 20;
/// Takes a proven line; an error ends the reading.
pub(crate) type Visit<'a> = &'a mut dyn FnMut(Link, &[u8]) -> Result<(), ReadError>;

const BUFFER_BYTES: usize = 1 << 18;

/// Reads all records of the journal at `path`.
///
/// # Errors
/// When the file cannot be read, is damaged before its tail, or says what this program does not understand.
pub fn read(path: &Path) -> Result<Reading, ReadError> {
    let mut records = Vec::new();
    let summary = read_each(path, |record, _| records.push(record))?;
    Ok(Reading { records, summary })
}

/// Reads the journal at `path` record by record; `visit` gets each with its hash. Memory stays at a few lines.
///
/// # Errors
/// As [`read()`]; the records before the bad line were visited.
pub fn read_each(path: &Path, mut visit: impl FnMut(Record, Digest)) -> Result<Summary, ReadError> {
    let file = FileDisk::read(path).map_err(|error| ReadError::unreadable(path, &error))?;
    let mut understand = |link: Link, bytes: &[u8]| {
        visit(record(path, link, bytes)?, link.hash);
        Ok(())
    };
    if file
        .metadata()
        .is_ok_and(|found| found.len() >= READ_AHEAD_BYTES_MIN)
    {
        return read_ahead::each(path, file, &mut understand);
    }
    each_line(path, file, &mut understand)
}

/// Proves the journal at `path` without understanding its events; `visit` gets the hash of each record.
pub(crate) fn prove_each(path: &Path, mut visit: impl FnMut(Digest)) -> Result<Summary, ReadError> {
    let file = FileDisk::read(path).map_err(|error| ReadError::unreadable(path, &error))?;
    each_line(path, file, &mut |link, _| {
        visit(link.hash);
        Ok(())
    })
}

/// Proves one line after the other; `visit` gets each that is a record.
pub(crate) fn each_line(path: &Path, file: File, visit: Visit<'_>) -> Result<Summary, ReadError> {
    let mut source = BufReader::with_capacity(BUFFER_BYTES, file);
    let mut chain = Chain::new(path);
    let mut piece = Piece::default();
    while piece
        .fill(&mut source)
        .map_err(|error| ReadError::unreadable(path, &error))?
    {
        if let Some(link) = chain.take(&piece)? {
            visit(link, &piece.bytes)?;
        }
    }
    Ok(chain.end())
}

fn record(path: &Path, link: Link, bytes: &[u8]) -> Result<Record, ReadError> {
    let event = line::event(bytes).map_err(|error| {
        let kind = frame(bytes).map_or_else(|_| String::new(), |frame| frame.kind.into_owned());
        link.not_understood(path, format!("event `{kind}`: {error}"))
    })?;
    Ok(Record {
        seq: link.seq,
        at: link.at,
        event,
    })
}

/// The first records of the journal at `path`, at most `records_max`, as far as each proves itself.
pub fn read_opening(path: &Path, records_max: usize) -> Vec<Record> {
    let mut records = Vec::new();
    let Ok(file) = FileDisk::read(path) else {
        return records;
    };
    let mut source = BufReader::new(file);
    let mut chain = Chain::new(path);
    let mut piece = Piece::default();
    while records.len() < records_max
        && piece.fill(&mut source).is_ok_and(|more| more)
        && let Ok(Some(link)) = chain.take(&piece)
        && let Ok(record) = record(path, link, &piece.bytes)
    {
        records.push(record);
    }
    records
}

/// The first record, when the journal has one that proves itself.
pub(crate) fn first_record(path: &Path) -> Option<Record> {
    read_opening(path, 1).pop()
}

/// Number and hash of the last line that proves itself; looks back no further than a line can be long.
pub(crate) fn last_head(path: &Path) -> Option<Head> {
    let file = FileDisk::read(path).ok()?;
    let length = file.metadata().ok()?.len();
    let window_max = length.min(2 * LINE_BYTES_MAX as u64);
    let mut window = (64 * 1024).min(window_max);
    loop {
        let bytes = end_of(&file, length, window).ok()?;
        let complete = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
        let found = bytes[..complete]
            .rsplit(|byte| *byte == b'\n')
            .find_map(|line| {
                let hash = line::proven_hash(line)?;
                let seq = frame(line).ok()?.seq;
                Some(Head { seq, hash })
            });
        if found.is_some() || window == window_max {
            return found;
        }
        window = (window * 8).min(window_max);
    }
}

fn end_of(file: &File, length: u64, window: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(window).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, length - window)?;
    Ok(bytes)
}
