//! Removes a run that is over and keeps its head. Does not choose which run: the caller does.

use std::io;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use stepmark_core::Timestamp;
use stepmark_core::record::{Event, RunHeader};

use crate::pruned_run::{self, ledger};
use crate::{PrunedRun, RunDirectory, pruned, read_each, run_lock};

/// What came of asking for a run's removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pruned {
    /// It is gone, and its head is on record.
    Removed(Box<PrunedRun>),
    /// It stays, and why.
    Kept {
        /// Why, a fragment.
        why: String,
    },
}

/// Removes the run in `directory`, unless it is unfinished, being run, or cannot be read to its end. A rehearsal is never
/// unfinished: nothing of it can be taken up again.
///
/// # Errors
/// When the disk refuses; the run is then still there, or its head is on record.
pub fn prune(directory: &RunDirectory, by: &str, now: Timestamp) -> io::Result<Pruned> {
    let kept = |why: &str| {
        Ok(Pruned::Kept {
            why: why.to_owned(),
        })
    };
    let Some(root) = directory.path().parent() else {
        return kept("it stands in no folder");
    };
    if run_lock::is_held(&directory.lock_file()) {
        return kept("it is still running");
    }
    let mut header: Option<RunHeader> = None;
    let mut is_finished = false;
    let read = read_each(&directory.journal(), |record, _| {
        is_finished = matches!(record.event, Event::RunFinished { .. });
        if let Event::RunStarted(found) = record.event {
            header.get_or_insert(*found);
        }
    });
    let summary = match read {
        Err(error) => return kept(&format!("its log is damaged: {error}")),
        Ok(_) if !is_finished && !is_rehearsal(header.as_ref()) => return kept("it is unfinished"),
        Ok(summary) => summary,
    };
    let (_, prev) = match pruned(root) {
        Ok(list) => list,
        Err(what) => return kept(&format!("pruned.jsonl was changed: {what}")),
    };
    let run = PrunedRun::new(
        now,
        directory.run().clone(),
        (summary.head.seq, summary.head.hash),
        by.to_owned(),
        header.and_then(|header| header.previous),
        prev,
    );
    append(root, &run.line()?)?;
    std::fs::remove_dir_all(directory.path())?;
    Ok(Pruned::Removed(Box::new(run)))
}

fn is_rehearsal(header: Option<&RunHeader>) -> bool {
    header.is_some_and(|header| header.rehearsal.is_some())
}

/// Adds `line` to the list; a last line that was cut short is taken back first, as nothing was removed for it.
fn append(root: &Path, line: &[u8]) -> io::Result<()> {
    let path = ledger(root);
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = std::fs::File::from(rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR)?);
    let whole = pruned_run::whole_bytes(&path)?;
    file.set_len(whole)?;
    std::os::unix::fs::FileExt::write_all_at(&file, line, whole)?;
    file.sync_all()?;
    std::fs::File::open(root)?.sync_all()
}
