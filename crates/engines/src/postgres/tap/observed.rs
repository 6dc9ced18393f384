//! What the tap keeps of the messages that go by. Does not keep rows.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use stepmark_core::record::TransactionStatus;

/// What the tap saw. The queues are emptied by the session as it meets the same messages in tokio-postgres' stream.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    /// The transaction status of the last ReadyForQuery.
    pub(crate) transaction: TransactionStatus,
    /// Command tags, in order.
    pub(crate) tags: VecDeque<String>,
    /// What each result that began is.
    pub(crate) shapes: VecDeque<ResultShape>,
    /// The server's settings it reports on its own, by name.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Process id and secret key of the backend, for cancelling.
    pub(crate) backend: Option<(i32, i32)>,
    /// The data for the next COPY FROM STDIN; none fails it.
    pub(crate) copy_source: Option<Bytes>,
    /// The words that stand for values too large to be handed on, since the query began.
    pub(crate) withheld: Vec<String>,
    /// What answered does not speak the protocol.
    pub(super) foreign: bool,
    /// The server asked for data.
    pub(super) copy_in_wanted: bool,
    /// The server reported an error, which ends a COPY.
    pub(super) failed_in_copy: bool,
}

/// What a result is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ResultShape {
    /// Rows, with the type oid of each column.
    Rows(Vec<u32>),
    /// Lines of COPY TO STDOUT in text or CSV form.
    CopyText,
    /// COPY TO STDOUT in binary form.
    CopyBinary,
}

impl Observed {
    /// Forgets what an earlier query left.
    pub(crate) fn start_query(&mut self, copy_source: Option<Bytes>) {
        self.tags.clear();
        self.shapes.clear();
        self.withheld.clear();
        self.copy_source = copy_source;
    }

    /// Takes in a whole message body; `tag` is its first byte.
    pub(super) fn message(&mut self, tag: u8, body: &[u8]) {
        match tag {
            b'Z' => {
                self.transaction = match body.first() {
                    Some(b'T') => TransactionStatus::Open,
                    Some(b'E') => TransactionStatus::Failed,
                    _ => TransactionStatus::Idle,
                };
            }
            b'C' => self.tags.extend(strings(body).next()),
            b'T' => self.shapes.push_back(ResultShape::Rows(column_types(body))),
            b'H' => self.shapes.push_back(match body.first() {
                Some(0) => ResultShape::CopyText,
                _ => ResultShape::CopyBinary,
            }),
            b'S' => {
                let mut strings = strings(body);
                if let (Some(name), Some(value)) = (strings.next(), strings.next()) {
                    self.parameters.insert(name, value);
                }
            }
            b'K' => {
                if let (Some(pid), Some(key)) = (number(body, 0), number(body, 4)) {
                    self.backend = Some((pid, key));
                }
            }
            b'G' => {
                self.copy_in_wanted = true;
                self.failed_in_copy = false;
            }
            b'E' => self.failed_in_copy = true,
            _ => {}
        }
    }
}

fn strings(body: &[u8]) -> impl Iterator<Item = String> {
    body.split(|&byte| byte == 0)
        .map(|text| String::from_utf8_lossy(text).into_owned())
}

fn number(body: &[u8], at: usize) -> Option<i32> {
    let bytes = body.get(at..at + 4)?;
    Some(i32::from_be_bytes(bytes.try_into().ok()?))
}

/// The type oids of a RowDescription; a malformed one gives fewer.
fn column_types(body: &[u8]) -> Vec<u32> {
    let mut types = Vec::new();
    let mut rest = body.get(2..).unwrap_or_default();
    while let Some(name_end) = rest.iter().position(|&byte| byte == 0) {
        let fixed = &rest[name_end + 1..];
        let (Some(oid), Some(next)) = (number(fixed, 6), fixed.get(18..)) else {
            break;
        };
        types.push(oid.cast_unsigned());
        rest = next;
    }
    types
}
