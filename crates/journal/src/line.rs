//! One line of a journal: its spelling, and the proof that it stands as it was written. Does not know its neighbours.
//!
//! Every format version, present and future, keeps this frame: one JSON object a line, `v` first, `hash` last,
//! `hash` being the SHA-256 of the line's exact bytes without that member and without the newline.

use serde::Serialize;
use stepmark_core::record::{Event, FORMAT, Record};
use stepmark_core::{Digest, RunId, Timestamp};

use crate::ascii::Ascii;
use crate::frame::kind_as_written;

/// The longest line that is written or read, in bytes; the largest field is a step's text.
pub const LINE_BYTES_MAX: usize = 32 << 20;

const HASH_KEY: &[u8] = br#","hash":""#;
const HASH_MEMBER_BYTES: usize = HASH_KEY.len() + 64 + 1;

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
    let line = seal(&body)?;
    let digits = &line[line.len() - "\"}\n".len() - 64..][..64];
    let hash = lower_hex(digits).expect("the hash that was just written");
    Ok((line, hash))
}

/// The line of `body`, whose last member is `prev`, with its hash and newline.
pub(crate) fn seal(body: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut line = Vec::with_capacity(512);
    body.serialize(&mut serde_json::Serializer::with_formatter(
        &mut line, Ascii,
    ))?;
    let hash = Digest::of(&line);
    line.pop();
    line.extend_from_slice(HASH_KEY);
    line.extend_from_slice(hash.to_string().as_bytes());
    line.extend_from_slice(b"\"}\n");
    Ok(line)
}

/// The hash of a line (without its newline), when the line carries exactly that hash.
pub(crate) fn proven_hash(line: &[u8]) -> Option<Digest> {
    let inner = line.strip_suffix(b"}")?;
    let at = inner.len().checked_sub(HASH_MEMBER_BYTES)?;
    let (body, member) = inner.split_at(at);
    let written = member.strip_prefix(HASH_KEY)?.strip_suffix(b"\"")?;
    let written = lower_hex(written)?;
    let mut stream = Digest::stream();
    stream.update(body);
    stream.update(b"}");
    (stream.finish() == written).then_some(written)
}

/// The digest that 64 hexadecimal digits say; capitals are another spelling, and no line of ours.
pub(crate) fn lower_hex(digits: &[u8]) -> Option<Digest> {
    if digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    Digest::from_hex(std::str::from_utf8(digits).ok()?)
}

/// The event of a proven line of our own format version.
pub(crate) fn event(line: &[u8]) -> serde_json::Result<Event> {
    // The header is read once in a run, and with all that serde watches over.
    let Some(kind) = kind_as_written(line).filter(|kind| *kind != "run_started") else {
        return serde_json::from_slice(line);
    };
    let mut members = serde_json::Deserializer::from_slice(line);
    let event = Event::of_kind(kind, &mut members)?;
    members.end()?;
    Ok(event)
}
