//! The journal of a run that is under way: records and outputs in, durability out. Does not decide what is recorded.

use std::io;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use stepmark_core::output::OutputId;
use stepmark_core::record::{Event, Record};
use stepmark_core::{RunId, Timestamp};

use crate::clerk::Clerk;
use crate::journal_file::{ESCAPED_BYTES_MAX, OUTCOME_BYTES_MAX};
use crate::output::{Output, Outputs};
use crate::queue::{Job, Queue, Reply};
use crate::volume::Volume;
use crate::{
    Head, HeldRun, JournalError, LiveOutputs, OutputWriter, Reservation, RunDirectory, locked,
};

/// A run directory that is being written to, by one thread of its own. Holds the run's lock until it is dropped.
pub struct Journal {
    queue: Arc<Queue>,
    outputs: Outputs,
    volume: Volume,
    directory: RunDirectory,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Journal {
    /// Starts the journal's thread on a run whose lock is held.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub fn start(held: HeldRun) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let directory = held.directory().clone();
        let volume = held.volume();
        let clerk = Clerk::new(held);
        let thread = std::thread::Builder::new().spawn({
            let queue = Arc::clone(&queue);
            move || clerk.work(&queue)
        })?;
        Ok(Self {
            queue,
            outputs: Outputs::default(),
            volume,
            directory,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Where the run is kept.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    /// The run's id.
    pub fn run(&self) -> &RunId {
        self.directory.run()
    }

    /// Records `events` and returns when they are on stable storage, with their numbers.
    ///
    /// # Errors
    /// The first error of this journal, at this call or before. Nothing may be executed after it.
    pub fn append(&self, events: Vec<(Timestamp, Event)>) -> Result<Vec<Record>, JournalError> {
        self.ask(|reply| Job::Append(events, reply))
    }

    /// Records an intent among `events` as [`Journal::append`] does. Before it is written, space is set aside for it, for the
    /// outcome after it, which holds captured values of at most `captured_bytes`, and for `others` more outcomes that may come
    /// meanwhile.
    ///
    /// # Errors
    /// As [`Journal::append`]; a full disk is one, a file system that cannot reserve is not.
    pub fn append_intent(
        &self,
        events: Vec<(Timestamp, Event)>,
        captured_bytes: u64,
        others: usize,
    ) -> Result<(Vec<Record>, Reservation), JournalError> {
        let outcomes = OUTCOME_BYTES_MAX * (1 + others as u64);
        let bytes = outcomes + ESCAPED_BYTES_MAX * captured_bytes;
        self.ask(|reply| Job::AppendIntent(events, bytes, reply))
    }

    /// Begins the output `id`; `number` is its step's place among the steps, from 1, and names its file.
    pub fn output(&self, id: OutputId, number: usize) -> OutputWriter {
        let output = Arc::new(Output::new(self.directory.outputs(), &id, number));
        locked(&self.outputs).insert(id, Arc::clone(&output));
        OutputWriter::new(Arc::clone(&self.queue), output)
    }

    /// A reader of all outputs of this run, while they grow and after.
    pub fn outputs(&self) -> LiveOutputs {
        LiveOutputs::new(Arc::clone(&self.outputs), self.directory.clone())
    }

    /// How many times this run has asked for a sync so far, of files and of directories, its creation included.
    pub fn syncs(&self) -> u64 {
        self.volume.syncs()
    }

    /// Writes the head and ends: to be called once, when the run ends or pauses. The lock is free afterwards.
    ///
    /// # Errors
    /// As [`Journal::append`]; the head is then not written, and readers find the end by the chain alone.
    pub fn close(&self) -> Result<Head, JournalError> {
        let head = self.ask(Job::Close);
        self.join();
        head
    }

    fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, JournalError> {
        let (reply, answer) = sync_channel(1);
        self.queue.give(job(reply))?;
        answer.recv().unwrap_or(Err(JournalError::Closed))
    }

    fn join(&self) {
        self.queue.end();
        if let Some(thread) = locked(&self.thread).take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.join();
    }
}
