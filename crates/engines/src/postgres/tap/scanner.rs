//! Follows backend messages header by header. Collects the bodies of small, interesting ones; data rows go by unread.
//! Does not check the protocol: tokio-postgres does.

use super::Observed;
use super::copy_out::CopyOut;

/// Bodies longer than this are not collected; a RowDescription of 1,600 columns has at most 132 KiB.
const COLLECTED_BYTES_MAX: usize = 256 * 1024;
/// What a server can begin with: authentication, an error, a notice, protocol negotiation.
const FIRST_MESSAGES: [u8; 4] = *b"RENv";
/// Type byte and length.
const HEADER_BYTES: usize = 5;
/// A RowDescription of one column, named `copy`, of type text (oid 25), in text format.
const COPY_DESCRIPTION: [u8; 30] = [
    b'T', 0, 0, 0, 29, 0, 1, b'c', b'o', b'p', b'y', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0, 0,
];

#[derive(Debug, Default)]
pub(super) struct Scanner {
    header: [u8; HEADER_BYTES],
    header_seen: usize,
    body_left: usize,
    body: Vec<u8>,
    rewriting: bool,
    copy_out: CopyOut,
    started: bool,
    /// The stream is not what it should be; bytes go by unread, and tokio-postgres will say so.
    lost: bool,
}

impl Scanner {
    /// Whether bytes must go through [`Self::rewrite`]: from the start of a COPY to its end.
    pub(super) fn is_rewriting(&self) -> bool {
        self.rewriting
    }

    /// Sees bytes that go on as they are, up to the first that must not; returns how many.
    pub(super) fn watch(&mut self, bytes: &[u8], observed: &mut Observed) -> usize {
        let mut at = 0;
        if let Some(first) = bytes.first().filter(|_| !self.started) {
            self.started = true;
            self.lost = !FIRST_MESSAGES.contains(first);
            observed.foreign = self.lost;
        }
        while at < bytes.len() && !self.lost {
            if self.header_seen == 0 && matches!(bytes[at], b'G' | b'H') {
                self.rewriting = true;
                return at;
            }
            at += self.header(&bytes[at..]);
            at += self.body(&bytes[at..], observed, None);
        }
        bytes.len()
    }

    /// Sees bytes and puts what shall go on into `out`.
    pub(super) fn rewrite(&mut self, bytes: &[u8], observed: &mut Observed, out: &mut Vec<u8>) {
        let mut at = 0;
        while at < bytes.len() && !self.lost {
            if !self.rewriting && self.header_seen == 0 {
                let watched = self.watch(&bytes[at..], observed);
                out.extend_from_slice(&bytes[at..at + watched]);
                at += watched;
                continue;
            }
            let had = self.header_seen;
            at += self.header(&bytes[at..]);
            if had < HEADER_BYTES && self.header_seen == HEADER_BYTES {
                self.open(out);
            }
            at += self.body(&bytes[at..], observed, Some(out));
        }
        self.copy_out.give(out);
        if self.lost {
            out.extend_from_slice(&bytes[at..]);
            self.rewriting = false;
        }
    }

    fn tag(&self) -> u8 {
        self.header[0]
    }

    /// Takes header bytes; returns how many.
    fn header(&mut self, bytes: &[u8]) -> usize {
        let count = (HEADER_BYTES - self.header_seen).min(bytes.len());
        self.header[self.header_seen..][..count].copy_from_slice(&bytes[..count]);
        self.header_seen += count;
        if count > 0 && self.header_seen == HEADER_BYTES {
            let [_, length @ ..] = self.header;
            match usize::try_from(u32::from_be_bytes(length))
                .ok()
                .and_then(|n| n.checked_sub(4))
            {
                Some(length) => self.body_left = length,
                None => self.lost = true,
            }
        }
        count
    }

    /// A message's header is whole while rewriting: lets it go on, changed or not at all.
    fn open(&mut self, out: &mut Vec<u8>) {
        match self.tag() {
            b'G' | b'd' => {}
            b'c' => self.copy_out.give(out),
            b'H' => out.extend_from_slice(&COPY_DESCRIPTION),
            _ => {
                self.copy_out.give(out);
                out.extend_from_slice(&self.header);
            }
        }
    }

    /// Takes body bytes of the message under way; returns how many. Ends the message when it is whole.
    fn body(
        &mut self,
        bytes: &[u8],
        observed: &mut Observed,
        mut out: Option<&mut Vec<u8>>,
    ) -> usize {
        if self.header_seen < HEADER_BYTES || self.lost {
            return 0;
        }
        let count = self.body_left.min(bytes.len());
        let taken = &bytes[..count];
        let tag = self.tag();
        let kept = matches!(tag, b'Z' | b'C' | b'T' | b'S' | b'K' | b'H');
        if kept && self.body.len() + count <= COLLECTED_BYTES_MAX {
            self.body.extend_from_slice(taken);
        }
        if let Some(out) = &mut out {
            match tag {
                b'G' | b'H' | b'c' => {}
                b'd' => self.copy_out.take(taken),
                _ => out.extend_from_slice(taken),
            }
        }
        self.body_left -= count;
        if self.body_left == 0 {
            match (tag, out) {
                (b'd', Some(out)) => self.copy_out.end_message(out),
                (b'H', _) => self.copy_out.begin(self.body.first() == Some(&0)),
                _ => {}
            }
            observed.message(tag, &self.body);
            self.body.clear();
            self.header_seen = 0;
            if matches!(tag, b'Z' | b'C') {
                self.rewriting = false;
            }
        }
        count
    }
}
