//! Where one run is kept, and where the runs of a runbook are. Does not write: making one gives a [`HeldRun`].

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stepmark_core::record::PreviousRun;
use stepmark_core::{RunId, Timestamp};

use crate::disk::{Disk, FileDisk};
use crate::read::last_head;
use crate::{
    DirectoryError, HeldRun, ReadError, Reading, creation, held_run, read, run_lock, run_texts,
};

/// The directory of one run; its name is the run's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunDirectory {
    path: PathBuf,
    run: RunId,
}

impl RunDirectory {
    /// Begins a run in `root` (`…/.stepmark/<stem>`): makes and syncs its directory with a copy of `runbook`, and takes its lock.
    ///
    /// # Errors
    /// When anything is refused; what was made is then removed again.
    pub fn create(root: &Path, now: Timestamp, runbook: &[u8]) -> Result<HeldRun, DirectoryError> {
        Self::create_on(Arc::new(FileDisk), root, now, runbook)
    }

    /// [`RunDirectory::create`] on a disk of the caller's.
    ///
    /// # Errors
    /// As [`RunDirectory::create`].
    pub fn create_on(
        disk: Arc<dyn Disk>,
        root: &Path,
        now: Timestamp,
        runbook: &[u8],
    ) -> Result<HeldRun, DirectoryError> {
        Self::create_including(disk, root, now, runbook, &[])
    }

    /// [`RunDirectory::create`] for a runbook that includes others, with a copy of each, called as [`crate::included_file`]
    /// says.
    ///
    /// # Errors
    /// As [`RunDirectory::create`].
    pub fn create_including(
        disk: Arc<dyn Disk>,
        root: &Path,
        now: Timestamp,
        runbook: &[u8],
        included: &[&[u8]],
    ) -> Result<HeldRun, DirectoryError> {
        creation::create(disk, root, now, runbook, included)
    }

    /// Takes the lock of this run, verifies its journal and makes it ready to be continued; a torn tail is closed off
    /// by a `tail_recovered` record, which is the last of the records returned.
    ///
    /// # Errors
    /// When another process runs it, the journal cannot be trusted, or the disk refuses.
    pub fn take_up(&self, now: Timestamp) -> Result<(HeldRun, Reading), DirectoryError> {
        self.take_up_on(Arc::new(FileDisk), now)
    }

    /// [`RunDirectory::take_up`] on a disk of the caller's.
    ///
    /// # Errors
    /// As [`RunDirectory::take_up`].
    pub fn take_up_on(
        &self,
        disk: Arc<dyn Disk>,
        now: Timestamp,
    ) -> Result<(HeldRun, Reading), DirectoryError> {
        held_run::take_up(disk, self.clone(), now)
    }

    /// An existing run, for readers.
    ///
    /// # Errors
    /// When there is no such directory, its name is not a run's id, or it holds no journal.
    pub fn open(path: &Path) -> Result<Self, DirectoryError> {
        let refused = |reason: String| DirectoryError::NotARun {
            path: path.to_owned(),
            reason,
        };
        let full = std::fs::canonicalize(path).map_err(|error| refused(crate::reason(&error)))?;
        let run = full
            .file_name()
            .and_then(|name| run_id(name.to_str()?))
            .ok_or_else(|| refused("its name is not a run's id".to_owned()))?;
        let directory = Self::new(full, run);
        FileDisk::read(&directory.journal())
            .map_err(|error| refused(format!("journal.jsonl: {}", crate::reason(&error))))?;
        Ok(directory)
    }

    /// The runs in `root`, oldest first; none when there is no such directory.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn list(root: &Path) -> io::Result<Vec<Self>> {
        let entries = match std::fs::read_dir(root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut runs = Vec::new();
        for entry in entries {
            let entry = entry?;
            if let Some(run) = entry.file_name().to_str().and_then(run_id)
                && entry.file_type()?.is_dir()
            {
                runs.push(Self::new(entry.path(), run));
            }
        }
        runs.sort_by(|a, b| a.run.cmp(&b.run));
        Ok(runs)
    }

    /// The newest run in `root`.
    ///
    /// # Errors
    /// As [`RunDirectory::list`].
    pub fn latest(root: &Path) -> io::Result<Option<Self>> {
        Ok(Self::list(root)?.pop())
    }

    /// Reads and verifies the journal.
    ///
    /// # Errors
    /// As [`read()`].
    pub fn read(&self) -> Result<Reading, ReadError> {
        read(&self.journal())
    }

    /// Whether a process holds the run's lock now: it is being run.
    pub fn is_locked(&self) -> bool {
        run_lock::is_held(&self.lock_file())
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The run's id.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The hash-chained records.
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal.jsonl")
    }

    /// The exact bytes that are run.
    pub fn runbook(&self) -> PathBuf {
        self.path.join(run_texts::RUNBOOK)
    }

    /// Outputs that are too long for a record.
    pub fn outputs(&self) -> PathBuf {
        self.path.join("outputs")
    }

    /// The run lock, and those of attempts.
    pub fn locks(&self) -> PathBuf {
        self.path.join("locks")
    }

    /// What shell steps carry on.
    pub fn state(&self) -> PathBuf {
        self.path.join("state")
    }

    /// The derived report.
    pub fn report(&self) -> PathBuf {
        self.path.join("report.md")
    }

    /// The last sequence number and hash.
    pub fn head_file(&self) -> PathBuf {
        self.path.join("head")
    }

    /// The signature of [`RunDirectory::head_file`].
    pub fn signature_file(&self) -> PathBuf {
        self.path.join("head.sig")
    }

    pub(crate) fn lock_file(&self) -> PathBuf {
        self.locks().join("run")
    }

    pub(crate) fn new(path: PathBuf, run: RunId) -> Self {
        Self { path, run }
    }
}

/// The link to the newest run in `root` that has a record; to be asked before the next run is created.
pub fn previous(root: &Path) -> Option<PreviousRun> {
    RunDirectory::list(root)
        .ok()?
        .into_iter()
        .rev()
        .find_map(|directory| {
            let head = last_head(&directory.journal())?;
            Some(PreviousRun {
                run: directory.run,
                seq: Some(head.seq),
                head: head.hash,
            })
        })
}

/// `20261120T021405Z-7f3a9c`
fn run_id(name: &str) -> Option<RunId> {
    let (second, suffix) = name.split_once('-')?;
    let shape: String = second
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let is_suffix = suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_hexdigit());
    (shape == "00000000T000000Z" && is_suffix).then(|| RunId::new(name))
}
