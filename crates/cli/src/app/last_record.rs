//! The last record of a journal, without reading what stands before it. Does not prove it: `stepmark verify` does.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use serde_json::Value;
use stepmark_core::record::{FORMAT, Record};
use stepmark_journal::LINE_BYTES_MAX;

use super::reason;

/// How much of the end is read at first, in bytes; the records that end a run are shorter.
const WINDOW_BYTES: u64 = 4 * 1024;

/// The last line of the journal at `path` that is a record; lines that were cut short are passed over.
pub(crate) fn last_record(path: &Path) -> Result<Record, String> {
    let file = File::open(path).map_err(|error| reason(&error))?;
    let length = file.metadata().map_err(|error| reason(&error))?.len();
    let mut window = WINDOW_BYTES;
    loop {
        let start = length.saturating_sub(window);
        let taken = usize::try_from(length - start).map_err(|error| error.to_string())?;
        let mut bytes = vec![0; taken];
        file.read_exact_at(&mut bytes, start)
            .map_err(|error| reason(&error))?;
        let found = bytes.rsplit(|byte| *byte == b'\n').find_map(record);
        match found {
            Some(found) => return found,
            None if start == 0 || window >= 2 * LINE_BYTES_MAX as u64 => {
                return Err("it holds no record".to_owned());
            }
            None => window = (window * 8).min(2 * LINE_BYTES_MAX as u64),
        }
    }
}

/// The record in `line`; nothing when it is no whole line of JSON.
fn record(line: &[u8]) -> Option<Result<Record, String>> {
    let value: Value = serde_json::from_slice(line).ok()?;
    let format = value.get("v")?.as_u64()?;
    if format > u64::from(FORMAT) {
        return Some(Err(format!("it is in the newer format {format}")));
    }
    Some(serde_json::from_value(value).map_err(|error| error.to_string()))
}
