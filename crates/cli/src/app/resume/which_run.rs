//! Which run is meant where none is named: one of this folder, never one that happens to be the newest of the machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use stepmark_core::record::{Event, Record};
use stepmark_journal::{RunDirectory, read_opening};

use super::{has_begun, is_rehearsal, is_scratch};
use crate::app::find_run::{log_here, runs_of_log};
use crate::app::{Folders, find_run, known_runs, last_record};
use crate::{Complaint, Exit};

/// Runs of other folders that are named.
const ELSEWHERE_MAX: usize = 5;
/// A step that was started is looked for in so many records of a journal: before it stand only inputs and connections.
const OPENING_RECORDS_MAX: usize = 200;

/// How far a run came that nobody is at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// There is nothing to go on with: it came to its end, never began, or its servers went with it.
    Over,
    /// No step of it was started.
    Unstarted,
    /// It was left in the middle.
    Started,
}

/// The directory of the run that `name` names, or the one of this folder that `what` (`resume`, `rollback`) is for: of
/// `log_dir`, or of the log beside the runbooks here.
pub(super) fn which_run(
    folders: &Folders,
    log_dir: Option<&Path>,
    name: Option<&str>,
    what: &str,
) -> Result<PathBuf, Complaint> {
    let runs = runs_of_log(&log_here(folders, log_dir));
    match name {
        None => unfinished(&runs).ok_or_else(|| {
            let message = "there is no unfinished run in this folder's log";
            none_here(folders, &runs, message, what)
        }),
        Some("last") => runs
            .last_key_value()
            .map(|(_, path)| path.clone())
            .ok_or_else(|| none_here(folders, &runs, "there is no run in this folder's log", what)),
        Some(name) => find_run(folders, name),
    }
}

/// The newest of `runs` that was left in the middle; else the newest that can be gone on with.
fn unfinished(runs: &BTreeMap<String, PathBuf>) -> Option<PathBuf> {
    let mut unstarted = None;
    for path in runs.values().rev() {
        match standing(path) {
            Standing::Started => return Some(path.clone()),
            Standing::Unstarted => {
                unstarted.get_or_insert(path);
            }
            Standing::Over => {}
        }
    }
    unstarted.cloned()
}

/// Says which runs of other folders there would be.
fn none_here(
    folders: &Folders,
    here: &BTreeMap<String, PathBuf>,
    message: &str,
    what: &str,
) -> Complaint {
    let known = known_runs(folders);
    let elsewhere = known
        .iter()
        .rev()
        .filter(|(id, path)| !here.contains_key(*id) && standing(path) != Standing::Over);
    let named: Vec<String> = elsewhere
        .take(ELSEWHERE_MAX)
        .map(|(id, path)| {
            let folder = path.parent().unwrap_or(path).display();
            format!("stepmark {what} {id}    of {folder}")
        })
        .collect();
    let hint = match named.is_empty() {
        true => {
            "`stepmark runs` lists the runs there are; name one of another folder by its directory"
        }
        false => {
            "those are of other folders; name the one that is meant, `stepmark runs` lists all"
        }
    };
    Complaint::new(Exit::Usage, message)
        .details(named)
        .hint(hint)
}

/// How far the run at `path` came; one that somebody is at is not to be taken up.
fn standing(path: &Path) -> Standing {
    let Ok(directory) = RunDirectory::open(path) else {
        return Standing::Over;
    };
    if directory.is_locked() {
        return Standing::Over;
    }
    let journal = directory.journal();
    let opening = read_opening(&journal, OPENING_RECORDS_MAX);
    if opening.is_empty() {
        // It is empty, or damaged from its first record on: only the latter is to be told.
        return match directory.read() {
            Ok(_) => Standing::Over,
            Err(_) => Standing::Unstarted,
        };
    }
    let ended = || {
        let last = last_record(&journal);
        last.is_ok_and(|last| matches!(last.event, Event::RunFinished { .. }))
    };
    if !has_begun(&opening) || is_rehearsal(&opening) || is_scratch(&opening) || ended() {
        return Standing::Over;
    }
    let starts = |record: &Record| matches!(record.event, Event::StepStarted { .. });
    match opening.iter().any(starts) {
        true => Standing::Started,
        false => Standing::Unstarted,
    }
}
