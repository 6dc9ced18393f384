//! What the journal's thread has to do, in order of urgency: records before output. Does not do any of it.

use std::collections::VecDeque;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use stepmark_core::Timestamp;
use stepmark_core::output::OutputSummary;
use stepmark_core::record::{Event, Record};

use crate::output::Output;
use crate::{Head, JournalError, Reservation, locked};

/// Chunks of output that may wait; the next writer is held until the thread has taken one.
const CHUNKS_MAX: usize = 64;
/// Bytes of output that may wait, however few chunks they come in.
const CHUNK_BYTES_MAX: usize = 4 << 20;

/// Texts that wait in a row are joined up to this many bytes, so that small ones cost one write together; longer ones would
/// only be copied once more.
const JOINED_BYTES_MAX: usize = 64 * 1024;

/// Where an answer goes.
pub(crate) type Reply<T> = SyncSender<Result<T, JournalError>>;

/// One thing for the journal's thread to do.
pub(crate) enum Job {
    /// Record these.
    Append(Vec<(Timestamp, Event)>, Reply<Vec<Record>>),
    /// Record these with space set aside for the outcomes that follow, of so many bytes together.
    AppendIntent(
        Vec<(Timestamp, Event)>,
        u64,
        Reply<(Vec<Record>, Reservation)>,
    ),
    /// Add this to an output.
    Text(Arc<Output>, String),
    /// Answer when the output given before is where readers find it.
    Flush(Reply<()>),
    /// Make an output durable and sum it up.
    Finish(Arc<Output>, Reply<OutputSummary>),
    /// Write the head and end; comes after everything else.
    Close(Reply<Head>),
}

/// The jobs that wait, shared by everyone who gives and the one thread that takes.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    given: Condvar,
    taken: Condvar,
}

#[derive(Default)]
struct Waiting {
    urgent: VecDeque<Job>,
    output: VecDeque<Job>,
    closing: Option<Reply<Head>>,
    chunks: usize,
    chunk_bytes: usize,
    ended: bool,
}

impl Queue {
    /// Adds a job; waits only with output, and only for room. Errs once the journal has ended.
    pub(crate) fn give(&self, job: Job) -> Result<(), JournalError> {
        let mut waiting = locked(&self.waiting);
        if matches!(job, Job::Text(..)) {
            while !waiting.ended && waiting.is_full() {
                waiting = self
                    .taken
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
        if waiting.ended || waiting.closing.is_some() {
            return Err(JournalError::Closed);
        }
        if let Job::Text(_, text) = &job {
            waiting.chunks += 1;
            waiting.chunk_bytes += text.len();
        }
        match job {
            Job::Append(..) | Job::AppendIntent(..) => waiting.urgent.push_back(job),
            Job::Text(..) | Job::Flush(_) | Job::Finish(..) => waiting.output.push_back(job),
            Job::Close(reply) => waiting.closing = Some(reply),
        }
        self.given.notify_one();
        Ok(())
    }

    /// The next job, waited for; none once the journal has ended and all is done.
    pub(crate) fn take(&self) -> Option<Job> {
        let mut waiting = locked(&self.waiting);
        loop {
            if let Some(job) = waiting.urgent.pop_front() {
                return Some(job);
            }
            if let Some(job) = waiting.pop_output() {
                self.taken.notify_all();
                return Some(job);
            }
            if let Some(reply) = waiting.closing.take() {
                waiting.ended = true;
                return Some(Job::Close(reply));
            }
            if waiting.ended {
                return None;
            }
            waiting = self
                .given
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// No job is accepted from here on; those that wait are still done.
    pub(crate) fn end(&self) {
        locked(&self.waiting).ended = true;
        self.given.notify_all();
        self.taken.notify_all();
    }

    /// Ends, and drops what waits, so that everyone who waits for an answer learns that there is none.
    pub(crate) fn abandon(&self) {
        let mut waiting = locked(&self.waiting);
        waiting.ended = true;
        let dropped = (
            std::mem::take(&mut waiting.urgent),
            std::mem::take(&mut waiting.output),
            waiting.closing.take(),
        );
        drop(waiting);
        drop(dropped);
        self.taken.notify_all();
    }
}

impl Waiting {
    fn is_full(&self) -> bool {
        self.chunks >= CHUNKS_MAX || self.chunk_bytes >= CHUNK_BYTES_MAX
    }

    /// The next output job; short texts of one output that wait in a row become one.
    fn pop_output(&mut self) -> Option<Job> {
        let first = self.output.pop_front()?;
        let Job::Text(output, mut text) = first else {
            return Some(first);
        };
        self.note_taken(&text);
        while let Some(Job::Text(next, more)) = self.output.front()
            && Arc::ptr_eq(next, &output)
            && text.len() + more.len() <= JOINED_BYTES_MAX
            && let Some(Job::Text(_, more)) = self.output.pop_front()
        {
            self.note_taken(&more);
            text.push_str(&more);
        }
        Some(Job::Text(output, text))
    }

    fn note_taken(&mut self, text: &str) {
        self.chunks -= 1;
        self.chunk_bytes -= text.len();
    }
}

#[cfg(test)]
mod tests;
