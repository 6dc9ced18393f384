//! A run directory whose lock is ours, ready for its journal. Does not write events.

use std::io;
use std::sync::Arc;

use stepmark_core::Timestamp;
use stepmark_core::record::Event;

use crate::disk::Disk;
use crate::journal_file::JournalFile;
use crate::run_lock::RunLock;
use crate::volume::Volume;
use crate::{DirectoryError, Reading, RunDirectory, Tail, read};

/// Made by [`RunDirectory::create`] and [`RunDirectory::take_up`]; the lock is free again when it is dropped.
pub struct HeldRun {
    directory: RunDirectory,
    volume: Volume,
    journal: JournalFile,
    lock: RunLock,
}

impl HeldRun {
    pub(crate) fn new(
        directory: RunDirectory,
        volume: Volume,
        journal: JournalFile,
        lock: RunLock,
    ) -> Self {
        Self {
            directory,
            volume,
            journal,
            lock,
        }
    }

    /// Where the run is kept.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    pub(crate) fn volume(&self) -> Volume {
        self.volume.clone()
    }

    pub(crate) fn into_parts(self) -> (RunDirectory, Volume, JournalFile, RunLock) {
        (self.directory, self.volume, self.journal, self.lock)
    }
}

/// Locks an existing run, verifies it, and closes a torn tail off with a record.
pub(crate) fn take_up(
    disk: Arc<dyn Disk>,
    directory: RunDirectory,
    now: Timestamp,
) -> Result<(HeldRun, Reading), DirectoryError> {
    let volume = Volume::new(disk);
    let lock_path = directory.lock_file();
    let lock = match volume.disk().open(&lock_path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => volume.disk().create(&lock_path),
        opened => opened,
    };
    let lock = lock.map_err(|error| DirectoryError::unwritable(&lock_path, &error))?;
    let lock = RunLock::take(lock, &directory)?;
    let path = directory.journal();
    let mut reading = read(&path)?;
    if let Some(run) = &reading.summary.run
        && run != directory.run()
    {
        return Err(DirectoryError::NotARun {
            path: directory.path().to_owned(),
            reason: format!("its journal is that of run {run}"),
        });
    }
    let file = volume
        .disk()
        .open(&path)
        .map_err(|error| DirectoryError::unwritable(&path, &error))?;
    let mut journal = JournalFile::new(
        volume.clone(),
        path,
        file,
        directory.run().clone(),
        reading.summary.head,
        reading.summary.bytes,
    );
    match reading.summary.tail {
        Tail::Whole => {}
        Tail::Unended => journal.end_line()?,
        Tail::Torn {
            offset,
            length,
            digest,
        } => {
            journal.end_line()?;
            let recovered = Event::TailRecovered {
                offset,
                length,
                digest,
            };
            reading
                .records
                .extend(journal.append(vec![(now, recovered)])?);
        }
    }
    Ok((HeldRun::new(directory, volume, journal, lock), reading))
}
