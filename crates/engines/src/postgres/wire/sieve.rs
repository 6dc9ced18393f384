//! Keeps what servers send within bounds, and readable: values too large to hold are replaced by a word, large COPY lines
//! are cut into pieces, names that are not UTF-8 (with another client_encoding they are any bytes) are made so. What is
//! ordinary goes by in place. Does not know what the messages mean.

mod large_row;
mod texts;

use std::io;

use large_row::LargeRow;
use texts::Texts;

use super::NOT_POSTGRES;
use crate::postgres::tap::Sightings;

/// Type byte and length.
const HEADER_BYTES: usize = 5;
/// The largest value that is handed on.
pub(crate) const VALUE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most of one row that is handed on.
const ROW_BYTES_MAX: usize = 2 * VALUE_BYTES_MAX;
/// The largest piece of COPY that is handed on as it is.
const COPY_BYTES_MAX: usize = 1024 * 1024;
/// The most of one field of an error or notice that is handed on.
const FIELD_BYTES_MAX: usize = 256 * 1024;
/// No server sends more than this at once before it is ready.
const STARTING_BYTES_MAX: usize = 64 * 1024;

/// Follows messages, and changes those that must be.
pub(super) struct Sieve {
    /// The header under way, where it did not come at once.
    header: Vec<u8>,
    under_way: UnderWay,
    /// What waits to be read, and how much of it was.
    out: Vec<u8>,
    given: usize,
    /// No ReadyForQuery has come yet.
    starting: bool,
    /// Names may be no UTF-8.
    repairs: bool,
    sightings: Sightings,
}

/// The message under way.
enum UnderWay {
    /// So many bytes of it go on as they are.
    Passing(usize),
    /// A row with values that are too large.
    Row(LargeRow),
    /// Lines of COPY that are cut; what is left of the message, and the beginning of a character.
    Copy { left: usize, held: Vec<u8> },
    /// Texts that are cut or repaired.
    Texts(Texts),
}

impl Sieve {
    pub(super) fn new(sightings: Sightings) -> Self {
        Self {
            header: Vec::with_capacity(HEADER_BYTES),
            under_way: UnderWay::Passing(0),
            out: Vec::new(),
            given: 0,
            starting: true,
            repairs: false,
            sightings,
        }
    }

    /// Whether bytes read can be shown to [`Self::scan`]; otherwise they must be [taken](Self::take).
    pub(super) fn is_passing(&self) -> bool {
        self.header.is_empty() && matches!(self.under_way, UnderWay::Passing(_))
    }

    /// What waits to be read.
    pub(super) fn waiting(&self) -> &[u8] {
        &self.out[self.given..]
    }

    /// So many bytes of what waits were read.
    pub(super) fn gave(&mut self, count: usize) {
        self.given += count;
        if self.given == self.out.len() {
            self.out.clear();
            self.given = 0;
        }
    }

    /// How many of `bytes` go on as they are; the rest must be [taken](Self::take).
    pub(super) fn scan(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let UnderWay::Passing(mut left) = self.under_way else {
            return Ok(0);
        };
        let mut at = 0;
        loop {
            let passed = left.min(bytes.len() - at);
            at += passed;
            left -= passed;
            self.under_way = UnderWay::Passing(left);
            let Some(header) = bytes.get(at..at + HEADER_BYTES).filter(|_| left == 0) else {
                return Ok(at);
            };
            match self.judge(header)? {
                UnderWay::Passing(body) => left = HEADER_BYTES + body,
                _ => return Ok(at),
            }
        }
    }

    /// Takes all of `bytes`; what goes on waits to be read.
    pub(super) fn take(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (taken, is_over) = match &mut self.under_way {
                UnderWay::Passing(0) => {
                    let count = (HEADER_BYTES - self.header.len()).min(bytes.len());
                    self.header.extend_from_slice(&bytes[..count]);
                    if self.header.len() == HEADER_BYTES {
                        self.begin()?;
                    }
                    (count, false)
                }
                UnderWay::Passing(left) => {
                    let count = bytes.len().min(*left);
                    self.out.extend_from_slice(&bytes[..count]);
                    *left -= count;
                    (count, false)
                }
                UnderWay::Row(row) => {
                    let count = row.take(bytes);
                    (count, row.is_over())
                }
                UnderWay::Copy { left, held } => {
                    let count = bytes.len().min(*left);
                    *left -= count;
                    held.extend_from_slice(&bytes[..count]);
                    let cut = match *left {
                        0 => held.len(),
                        _ => whole_characters(held),
                    };
                    write_message(&mut self.out, b'd', &held[..cut]);
                    held.drain(..cut);
                    (count, *left == 0)
                }
                UnderWay::Texts(texts) => {
                    let count = texts.take(bytes);
                    (count, texts.is_over())
                }
            };
            bytes = &bytes[taken..];
            if is_over {
                self.end();
            }
        }
        Ok(())
    }

    /// A header is whole.
    fn begin(&mut self) -> io::Result<()> {
        let header = std::mem::take(&mut self.header);
        self.under_way = self.judge(&header)?;
        if matches!(self.under_way, UnderWay::Passing(_)) {
            self.out.extend_from_slice(&header);
        }
        Ok(())
    }

    /// A message that was changed is over.
    fn end(&mut self) {
        match std::mem::replace(&mut self.under_way, UnderWay::Passing(0)) {
            UnderWay::Passing(_) | UnderWay::Copy { .. } => {}
            UnderWay::Row(row) => {
                let (body, withheld) = row.finish();
                self.sightings.look().withheld.extend(withheld);
                write_message(&mut self.out, b'D', &body);
            }
            UnderWay::Texts(texts) => {
                let (tag, body) = texts.finish();
                if tag == b'S'
                    && let Some(encoding) = body.strip_prefix(b"client_encoding\0")
                {
                    self.repairs = encoding != b"UTF8\0";
                }
                write_message(&mut self.out, tag, &body);
            }
        }
    }

    /// What becomes of a message with this header.
    fn judge(&mut self, header: &[u8]) -> io::Result<UnderWay> {
        let (tag, body) = (header[0], body_bytes(header));
        if self.starting && body > STARTING_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidData, NOT_POSTGRES));
        }
        self.starting &= tag != b'Z';
        Ok(match tag {
            b'D' if body > VALUE_BYTES_MAX => UnderWay::Row(LargeRow::new(body)),
            b'd' if body > COPY_BYTES_MAX => UnderWay::Copy {
                left: body,
                held: Vec::new(),
            },
            b'E' | b'N' if body > FIELD_BYTES_MAX => UnderWay::Texts(Texts::new(tag, body)),
            b'T' | b'A' if self.repairs && (1..=VALUE_BYTES_MAX).contains(&body) => {
                UnderWay::Texts(Texts::new(tag, body))
            }
            b'S' if (1..=STARTING_BYTES_MAX).contains(&body) => {
                UnderWay::Texts(Texts::new(tag, body))
            }
            _ => UnderWay::Passing(body),
        })
    }
}

/// The length of the body that a header announces.
fn body_bytes(header: &[u8]) -> usize {
    let length = <[u8; 4]>::try_from(&header[1..HEADER_BYTES]).map_or(0, u32::from_be_bytes);
    usize::try_from(length).map_or(0, |length| length.saturating_sub(4))
}

fn write_message(out: &mut Vec<u8>, tag: u8, body: &[u8]) {
    let length = u32::try_from(body.len() + 4).expect("messages that are changed become small");
    out.push(tag);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(body);
}

/// How many of `bytes` are there before a character that is only begun.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    let begun = bytes[tail..].iter().rposition(|byte| *byte >= 0xc0);
    let Some(at) = begun.map(|at| tail + at) else {
        return bytes.len();
    };
    let wanted = match bytes[at] {
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    match bytes.len() - at < wanted {
        true => at,
        false => bytes.len(),
    }
}

#[cfg(test)]
mod tests;
