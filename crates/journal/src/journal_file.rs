//! The file `journal.jsonl` being written: numbering, chaining, writing, syncing, and stopping for good at the first error.
//! Does not share itself between threads and does not look into events.

use std::io;
use std::path::PathBuf;

use stepmark_core::record::{Event, Record};
use stepmark_core::{RunId, Timestamp};

use crate::disk::DiskFile;
use crate::line::{self, LINE_BYTES_MAX};
use crate::volume::{Volume, append_once};
use crate::{Head, JournalError, Reservation};

/// The longest line of an outcome, in bytes; this much space is kept for it while its step runs.
pub const OUTCOME_BYTES_MAX: u64 = 64 * 1024;

/// After a power cut pages may be there without the ones before them: a whole record after such a hole would look as if what
/// stands before it had been damaged.
const PAGE_BYTES: u64 = 4096;
const RESERVE_BYTES: u64 = 4 * OUTCOME_BYTES_MAX;
/// A byte takes up to so many in JSON: `\u001b`.
pub(crate) const ESCAPED_BYTES_MAX: u64 = 6;

/// An open journal and where its chain stands.
pub(crate) struct JournalFile {
    volume: Volume,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    run: RunId,
    head: Head,
    length: u64,
    space: Space,
    /// How long the outcome to come may be.
    outcome_bytes: u64,
    broken: Option<JournalError>,
}

/// What is known about space set aside.
enum Space {
    Unasked,
    Until(u64),
    Refused(String),
}

impl JournalFile {
    /// Takes over `file`, whose chain ends in `head` at `length` bytes.
    pub(crate) fn new(
        volume: Volume,
        path: PathBuf,
        file: Box<dyn DiskFile>,
        run: RunId,
        head: Head,
        length: u64,
    ) -> Self {
        Self {
            volume,
            path,
            file,
            run,
            head,
            length,
            space: Space::Unasked,
            outcome_bytes: OUTCOME_BYTES_MAX,
            broken: None,
        }
    }

    /// Where the chain of acknowledged records ends.
    pub(crate) fn head(&self) -> Head {
        self.head
    }

    /// The error after which nothing is written any more.
    pub(crate) fn check(&self) -> Result<(), JournalError> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// Remembers the first error; it is what every later call gets.
    pub(crate) fn poison(&mut self, error: JournalError) -> JournalError {
        self.broken.get_or_insert(error).clone()
    }

    /// Records `events`: one write each, then one sync, then the length is checked. A record that lies on two pages is synced
    /// before the next one is written.
    pub(crate) fn append(
        &mut self,
        events: Vec<(Timestamp, Event)>,
    ) -> Result<Vec<Record>, JournalError> {
        self.append_before(events, 0)
    }

    /// Records an intent. Space was set aside before for it, for notes meanwhile, and for the outcomes that follow, which take at
    /// most `outcome_bytes`.
    pub(crate) fn append_intent(
        &mut self,
        events: Vec<(Timestamp, Event)>,
        outcome_bytes: u64,
    ) -> Result<(Vec<Record>, Reservation), JournalError> {
        self.outcome_bytes = outcome_bytes;
        let records = self.append_before(events, OUTCOME_BYTES_MAX + outcome_bytes)?;
        let reservation = match &self.space {
            Space::Refused(reason) => Reservation::Refused {
                reason: reason.clone(),
            },
            Space::Unasked | Space::Until(_) => Reservation::Reserved,
        };
        Ok((records, reservation))
    }

    fn append_before(
        &mut self,
        events: Vec<(Timestamp, Event)>,
        room_bytes: u64,
    ) -> Result<Vec<Record>, JournalError> {
        self.check()?;
        if events.is_empty() {
            return Ok(Vec::new());
        }
        self.try_append(events, room_bytes)
            .map_err(|error| self.poison(error))
    }

    /// Closes a torn tail off with the newline that it lacks; the bytes before stay as they are.
    pub(crate) fn end_line(&mut self) -> Result<(), JournalError> {
        self.check()?;
        append_once(&mut *self.file, b"\n").map_err(|error| {
            let error = JournalError::disk("write", &self.path, &error);
            self.poison(error)
        })?;
        self.length += 1;
        Ok(())
    }

    /// Gives unused space back; what cannot be given back only costs space. After an error nothing is touched.
    pub(crate) fn release(&mut self) {
        if self.broken.is_some() || !matches!(self.space, Space::Until(_)) {
            return;
        }
        if self.file.length().is_ok_and(|length| length == self.length) {
            let _ = self.file.release(self.length);
        }
    }

    fn try_append(
        &mut self,
        events: Vec<(Timestamp, Event)>,
        room_bytes: u64,
    ) -> Result<Vec<Record>, JournalError> {
        let mut head = self.head;
        let mut records = Vec::with_capacity(events.len());
        let mut lines = Vec::with_capacity(events.len());
        for (at, event) in events {
            let seq = head.seq + 1;
            let record = Record { seq, at, event };
            let (line, hash) = self.spell(&record, head)?;
            head = Head { seq, hash };
            lines.push(line);
            records.push(record);
        }
        let bytes: u64 = lines.iter().map(|line| line.len() as u64).sum();
        if room_bytes > 0 {
            self.keep_space(bytes + room_bytes)?;
        }
        self.store(&lines, bytes)?;
        self.head = head;
        Ok(records)
    }

    fn spell(
        &self,
        record: &Record,
        head: Head,
    ) -> Result<(Vec<u8>, stepmark_core::Digest), JournalError> {
        let (line, hash) =
            line::encode(&self.run, record, head.hash).map_err(|error| JournalError::Record {
                reason: error.to_string(),
            })?;
        debug_assert!(
            !matches!(record.event, Event::StepFinished { .. })
                || line.len() as u64 <= self.outcome_bytes,
            "an outcome of {} bytes does not fit the space kept for it",
            line.len()
        );
        if line.len() > LINE_BYTES_MAX {
            return Err(JournalError::Record {
                reason: format!(
                    "it takes {} bytes and a line holds at most {LINE_BYTES_MAX}",
                    line.len()
                ),
            });
        }
        Ok((line, hash))
    }

    fn store(&mut self, lines: &[Vec<u8>], bytes: u64) -> Result<(), JournalError> {
        let file = &mut *self.file;
        let mut start = self.length;
        for (nth, line) in lines.iter().enumerate() {
            append_once(file, line)
                .map_err(|error| JournalError::disk("write", &self.path, &error))?;
            let end = start + line.len() as u64;
            let is_split = start / PAGE_BYTES != (end - 1) / PAGE_BYTES;
            if is_split || nth + 1 == lines.len() {
                self.volume
                    .sync(file)
                    .map_err(|error| JournalError::disk("sync", &self.path, &error))?;
            }
            start = end;
        }
        let expected = self.length + bytes;
        let found = file
            .length()
            .map_err(|error| JournalError::disk("measure", &self.path, &error))?;
        if found != expected {
            return Err(JournalError::Length {
                path: self.path.clone(),
                expected,
                found,
            });
        }
        self.length = expected;
        Ok(())
    }

    fn keep_space(&mut self, bytes: u64) -> Result<(), JournalError> {
        let wanted = self.length + bytes;
        match self.space {
            Space::Refused(_) => return Ok(()),
            Space::Until(end) if end >= wanted => return Ok(()),
            Space::Until(_) | Space::Unasked => {}
        }
        let bytes = bytes.max(RESERVE_BYTES);
        match self.file.reserve(self.length, bytes) {
            Ok(()) => self.space = Space::Until(self.length + bytes),
            Err(error) if cannot_reserve(&error) => {
                self.space = Space::Refused(crate::reason(&error));
            }
            Err(error) => {
                return Err(JournalError::disk("reserve space in", &self.path, &error));
            }
        }
        Ok(())
    }
}

fn cannot_reserve(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported)
        || error.raw_os_error() == Some(rustix::io::Errno::OPNOTSUPP.raw_os_error())
}
