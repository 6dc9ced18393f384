//! What stands before and after the event of a line. Does not look at the event.

use std::borrow::Cow;

use serde::Deserialize;
use stepmark_core::{Digest, RunId, Timestamp};

use crate::line::lower_hex;
use crate::moment;

const HASH_TAIL_BYTES: usize = r#","hash":""}"#.len() + 64;
const PREV_KEY: &[u8] = br#","prev":""#;

/// The frame of a proven line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) v: u32,
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) run: Cow<'a, str>,
    pub(crate) kind: Cow<'a, str>,
    pub(crate) prev: Digest,
}

#[derive(Deserialize)]
struct Parsed {
    v: u32,
    seq: u64,
    at: Timestamp,
    run: RunId,
    #[serde(rename = "type")]
    kind: String,
    prev: Digest,
}

/// The frame of a proven line: taken from its bytes where they stand as this program writes them, which is many times
/// faster, else by a JSON parser.
pub(crate) fn frame(line: &[u8]) -> serde_json::Result<Frame<'_>> {
    if let Some(frame) = as_written(line) {
        return Ok(frame);
    }
    let parsed: Parsed = serde_json::from_slice(line)?;
    Ok(Frame {
        v: parsed.v,
        seq: parsed.seq,
        at: parsed.at,
        run: Cow::Owned(parsed.run.as_str().to_owned()),
        kind: Cow::Owned(parsed.kind),
        prev: parsed.prev,
    })
}

/// The kind of a line's event, where it stands as this program writes it.
pub(crate) fn kind_as_written(line: &[u8]) -> Option<&str> {
    let (_, rest) = number(line.strip_prefix(br#"{"v":"#)?)?;
    let (_, rest) = number(rest.strip_prefix(br#","seq":"#)?)?;
    let (_, rest) = plain(rest.strip_prefix(br#","at":""#)?)?;
    let (_, rest) = plain(rest.strip_prefix(br#","run":""#)?)?;
    let (kind, _) = plain(rest.strip_prefix(br#","type":""#)?)?;
    Some(kind)
}

fn as_written(line: &[u8]) -> Option<Frame<'_>> {
    let (v, rest) = number(line.strip_prefix(br#"{"v":"#)?)?;
    let (seq, rest) = number(rest.strip_prefix(br#","seq":"#)?)?;
    let (at, rest) = plain(rest.strip_prefix(br#","at":""#)?)?;
    let (run, rest) = plain(rest.strip_prefix(br#","run":""#)?)?;
    let (kind, _) = plain(rest.strip_prefix(br#","type":""#)?)?;
    let body = line.get(..line.len().checked_sub(HASH_TAIL_BYTES)?)?;
    let (before, digits) = body.strip_suffix(b"\"")?.split_last_chunk::<64>()?;
    before.ends_with(PREV_KEY).then_some(())?;
    Some(Frame {
        v: u32::try_from(v).ok()?,
        seq,
        at: moment::parse(at).or_else(|| Timestamp::parse(at))?,
        run: Cow::Borrowed(run),
        kind: Cow::Borrowed(kind),
        prev: lower_hex(digits)?,
    })
}

fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let (digits, rest) = text.split_at(end);
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((number, rest))
}

/// A string without escapes, and what follows its quotation mark.
fn plain(text: &[u8]) -> Option<(&str, &[u8])> {
    let end = text
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\') || !(0x20..0x7f).contains(byte))?;
    (text[end] == b'"').then_some(())?;
    let string = std::str::from_utf8(&text[..end]).ok()?;
    Some((string, &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use stepmark_core::record::{Event, Record};

    use super::*;
    use crate::line::{encode, event, genesis};

    #[test]
    fn both_ways_of_reading_a_frame_agree() {
        for (seq, text) in [(1, "a"), (u64::MAX, ",\"prev\":\""), (7, "\u{e9}\\")] {
            let noted = Event::NoteAdded {
                step: None,
                text: text.to_owned(),
            };
            let at = Timestamp::from_micros(1_795_140_845_000_007);
            let run = RunId::new("20261120T021405Z-7f3a9c");
            let (mut line, _) = encode(
                &run,
                &Record {
                    seq,
                    at,
                    event: noted,
                },
                genesis(),
            )
            .unwrap();
            line.pop();
            let quick = as_written(&line).unwrap();
            let spaced =
                String::from_utf8(line.clone())
                    .unwrap()
                    .replacen("\"seq\":", "\"seq\": ", 1);
            assert_eq!(as_written(spaced.as_bytes()), None);
            assert_eq!(frame(spaced.as_bytes()).unwrap(), quick);
            assert_eq!((quick.v, quick.seq, quick.at), (1, seq, at));
            assert_eq!((&*quick.run, &*quick.kind), (run.as_str(), "note_added"));
            assert_eq!(kind_as_written(&line), Some("note_added"));
            assert_eq!(kind_as_written(spaced.as_bytes()), None);
            assert_eq!(event(&line).unwrap(), event(spaced.as_bytes()).unwrap());
        }
    }
}
