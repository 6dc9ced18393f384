//! One line of a journal: its spelling, and the proof that it stands as it was written. Does not know its neighbours.
//!
//! Every format version, present and future, keeps this frame: one JSON object a line, `v` first, `hash` last,
//! `hash` being the SHA-256 of the line's exact bytes without that member and without the newline.

use serde::{Deserialize, Serialize};
use stepmark_core::record::{Event, FORMAT, Record};
use stepmark_core::{Digest, RunId, Timestamp};

use crate::ascii::Ascii;

/// The longest line that is written or read, in bytes; the largest field is a step's text.
pub const LINE_BYTES_MAX: usize = 64 << 20;

const HASH_KEY: &[u8] = br#","hash":""#;
const HASH_MEMBER_BYTES: usize = HASH_KEY.len() + 64 + 1;

/// What stands before and after a record's event.
#[derive(Deserialize)]
pub(crate) struct Frame {
    pub(crate) v: u32,
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) run: RunId,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) prev: Digest,
}

#[derive(Serialize)]
struct Body<'a> {
    v: u32,
    seq: u64,
    at: Timestamp,
    run: &'a RunId,
    #[serde(flatten)]
    event: &'a Event,
    prev: Digest,
}

/// What the first record gives as the hash of the line before it.
pub(crate) fn genesis() -> Digest {
    Digest::from_hex(&"0".repeat(64)).expect("64 zeros are hexadecimal digits")
}

/// The line of `record` with its newline, and its hash.
pub(crate) fn encode(
    run: &RunId,
    record: &Record,
    prev: Digest,
) -> serde_json::Result<(Vec<u8>, Digest)> {
    let body = Body {
        v: FORMAT,
        seq: record.seq,
        at: record.at,
        run,
        event: &record.event,
        prev,
    };
    let mut line = Vec::with_capacity(512);
    body.serialize(&mut serde_json::Serializer::with_formatter(
        &mut line, Ascii,
    ))?;
    let hash = Digest::of(&line);
    line.pop();
    line.extend_from_slice(HASH_KEY);
    line.extend_from_slice(hash.to_string().as_bytes());
    line.extend_from_slice(b"\"}\n");
    Ok((line, hash))
}

/// The hash of a line (without its newline), when the line carries exactly that hash.
pub(crate) fn proven_hash(line: &[u8]) -> Option<Digest> {
    let inner = line.strip_suffix(b"}")?;
    let at = inner.len().checked_sub(HASH_MEMBER_BYTES)?;
    let (body, member) = inner.split_at(at);
    let written = member.strip_prefix(HASH_KEY)?.strip_suffix(b"\"")?;
    let mut stream = Digest::stream();
    stream.update(body);
    stream.update(b"}");
    let hash = stream.finish();
    (hash.to_string().as_bytes() == written).then_some(hash)
}

/// The frame of a proven line.
pub(crate) fn frame(line: &[u8]) -> serde_json::Result<Frame> {
    serde_json::from_slice(line)
}

/// The event of a proven line of our own format version.
pub(crate) fn event(line: &[u8]) -> serde_json::Result<Event> {
    serde_json::from_slice(line)
}
