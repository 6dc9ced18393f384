//! The journal's one thread, which does all writing of a run. Does not choose what to write.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::journal_file::JournalFile;
use crate::queue::{Job, Queue};
use crate::run_lock::RunLock;
use crate::volume::{Volume, append_once};
use crate::{Head, HeldRun, JournalError, RunDirectory};

/// What the thread owns.
pub(crate) struct Clerk {
    directory: RunDirectory,
    volume: Volume,
    journal: JournalFile,
    _lock: RunLock,
}

impl Clerk {
    pub(crate) fn new(held: HeldRun) -> Self {
        let (directory, volume, journal, lock) = held.into_parts();
        Self {
            directory,
            volume,
            journal,
            _lock: lock,
        }
    }

    /// Does jobs until the queue has ended.
    pub(crate) fn work(mut self, queue: &Arc<Queue>) {
        let _abandon = AbandonOnDrop(Arc::clone(queue));
        while let Some(job) = queue.take() {
            self.perform(job);
        }
        self.journal.release();
    }

    fn perform(&mut self, job: Job) {
        match job {
            Job::Append(events, reply) => {
                let _ = reply.send(self.journal.append(events));
            }
            Job::AppendIntent(events, outcome_bytes, reply) => {
                let _ = reply.send(self.journal.append_intent(events, outcome_bytes));
            }
            Job::Text(output, text) => {
                if self.journal.check().is_ok()
                    && let Err(error) = output.write(&self.volume, &text)
                {
                    self.journal.poison(error);
                }
                if self.journal.check().is_err() {
                    output.refuse();
                }
            }
            Job::Flush(reply) => {
                let _ = reply.send(self.journal.check());
            }
            Job::Finish(output, reply) => {
                let summary = self
                    .journal
                    .check()
                    .and_then(|()| output.finish(&self.volume))
                    .map_err(|error| self.journal.poison(error));
                let _ = reply.send(summary);
            }
            Job::Close(reply) => {
                let _ = reply.send(self.write_head());
            }
        }
    }

    fn write_head(&mut self) -> Result<Head, JournalError> {
        self.journal.check()?;
        let head = self.journal.head();
        let text = head.text(self.directory.run());
        // A signature that is there is of the head before; beside another head it would look like a forgery.
        let _ = self
            .volume
            .disk()
            .remove_file(&self.directory.signature_file());
        replace(&self.volume, &self.directory.head_file(), text.as_bytes())
            .map_err(|error| self.journal.poison(error))?;
        Ok(head)
    }
}

/// Puts `bytes` in the place of `file` so that a reader, and a power cut, find the old content or the new. Which of them
/// a power cut leaves is left open, and saves a sync: what is put there can be made again from the journal.
fn replace(volume: &Volume, file: &Path, bytes: &[u8]) -> Result<(), JournalError> {
    let new = PathBuf::from(format!("{}.new", file.display()));
    let _ = volume.disk().remove_file(&new);
    let mut handle = volume
        .disk()
        .create(&new)
        .map_err(|error| JournalError::disk("create", &new, &error))?;
    append_once(&mut *handle, bytes).map_err(|error| JournalError::disk("write", &new, &error))?;
    volume
        .sync(&mut *handle)
        .map_err(|error| JournalError::disk("sync", &new, &error))?;
    volume
        .disk()
        .rename(&new, file)
        .map_err(|error| JournalError::disk("rename", &new, &error))
}

/// Frees everyone who waits, also when the thread panics.
struct AbandonOnDrop(Arc<Queue>);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.abandon();
    }
}
