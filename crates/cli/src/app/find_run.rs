//! From what was typed to a run's directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use stepmark_core::RunId;
use stepmark_core::plan::{Plan, Sources};
use stepmark_core::record::{Event, Record};
use stepmark_journal::{RunDirectory, RunTexts};
use stepmark_parse::Parsed;

use super::sources::understood;
use super::{Folders, index};
use crate::settings::Settings;
use crate::{Complaint, Exit};

/// Runs are looked for so many folders below the one that was named.
const FOLDERS_DEEP_MAX: usize = 8;

/// The directory of the run called `name`: a path, an id or a unique prefix of one, or `last`: the newest run of this
/// folder's log, and of this machine where there is none.
pub(crate) fn find_run(folders: &Folders, name: &str) -> Result<PathBuf, Complaint> {
    let path = Path::new(name);
    if path.join("journal.jsonl").is_file() {
        return Ok(path.to_owned());
    }
    let known = known_runs(folders);
    if name == "last" {
        let log_dir = Settings::log_dir(None)?;
        let mut here = runs_of_log(&log_here(folders, log_dir.as_deref()));
        if let Some((_, path)) = here.pop_last() {
            return Ok(path);
        }
        let complaint = || {
            Complaint::new(Exit::Usage, "there is no run yet")
                .hint("`stepmark demo` makes one; a run elsewhere is named by its directory")
        };
        return known
            .last_key_value()
            .map(|(_, path)| path.clone())
            .ok_or_else(complaint);
    }
    let matching: Vec<(&String, &PathBuf)> = known
        .iter()
        .filter(|(id, _)| id.starts_with(name))
        .collect();
    match matching.as_slice() {
        [(_, path)] => Ok((*path).clone()),
        [] => Err(
            Complaint::new(Exit::Usage, format!("no run is called {name}"))
                .details(known.keys().rev().take(5).map(|id| format!("known: {id}")))
                .hint("give a run id, a prefix of one, a run's directory, or `last`"),
        ),
        several => Err(Complaint::new(
            Exit::Usage,
            format!("{name} is the beginning of {} run ids", several.len()),
        )
        .details(several.iter().take(10).map(|(id, _)| (*id).clone()))
        .hint("type more of it")),
    }
}

/// Every run of the index and of `.stepmark` here, by id.
pub(crate) fn known_runs(folders: &Folders) -> BTreeMap<String, PathBuf> {
    let mut runs = BTreeMap::new();
    let mut add = |path: PathBuf| {
        if let Some(id) = path.file_name().and_then(|name| name.to_str()) {
            runs.entry(id.to_owned()).or_insert_with(|| path.clone());
        }
    };
    index::remembered(folders).into_iter().for_each(&mut add);
    let here = runs_of_log(&folders.here.join(".stepmark"));
    here.into_values().for_each(&mut add);
    runs
}

/// The log of this folder: `log_dir`, where one is given or set, else the one beside the runbooks here.
pub(super) fn log_here(folders: &Folders, log_dir: Option<&Path>) -> PathBuf {
    log_dir.map_or_else(|| folders.here.join(".stepmark"), Path::to_owned)
}

/// Every run of the log in `folder`, by id.
pub(super) fn runs_of_log(folder: &Path) -> BTreeMap<String, PathBuf> {
    let runbooks = children(folder).into_iter();
    let runs = runbooks.flat_map(|runbook| children(&runbook));
    let runs = runs.filter(|run| run.join("journal.jsonl").is_file());
    runs.filter_map(|run| Some((run.file_name()?.to_str()?.to_owned(), run)))
        .collect()
}

/// Every run in a `.stepmark` below `folder`, or in `folder` itself where that is a log directory, by id. Links and
/// hidden folders are passed over.
pub(crate) fn runs_below(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut runs = BTreeMap::new();
    let mut todo = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = todo.pop() {
        for path in children(&folder) {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if path.join("journal.jsonl").is_file() {
                runs.insert(name.to_owned(), path);
            } else if depth < FOLDERS_DEEP_MAX && (!name.starts_with('.') || name == ".stepmark") {
                todo.push((path, depth + 1));
            }
        }
    }
    runs
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.symlink_metadata().is_ok_and(|found| found.is_dir()))
        .collect()
}

/// A finished or dead run, read back.
pub(crate) struct ReadRun {
    /// Its plan, from the copy of the runbook beside the journal.
    pub(crate) plan: Plan,
    /// Its id.
    pub(crate) run: RunId,
    /// Its records.
    pub(crate) records: Vec<Record>,
    /// Whether a process is at it.
    pub(crate) is_running: bool,
}

/// Reads the run in `directory`; damage is a complaint that says where.
pub(crate) fn read_run(directory: &Path) -> Result<ReadRun, Complaint> {
    let damaged = |message: String| {
        Complaint::new(Exit::Failed, message).hint(format!(
            "`stepmark verify {}` says what holds",
            directory.display()
        ))
    };
    let opened = RunDirectory::open(directory).map_err(|error| damaged(error.to_string()))?;
    let reading = opened.read().map_err(|error| damaged(error.to_string()))?;
    let sources = RunTexts::of(&reading.records).read(&opened);
    let sources = sources.map_err(|text| {
        damaged(format!(
            "{}: {}",
            text.file,
            super::runbook::reason(&text.error)
        ))
    })?;
    Ok(ReadRun {
        plan: plan_of(&reading.records, &sources),
        run: opened.run().clone(),
        records: reading.records,
        is_running: opened.is_locked(),
    })
}

/// The plan of a run: that of the copied texts, under the name it was run by.
pub(crate) fn plan_of(records: &[Record], sources: &Sources) -> Plan {
    parsed_of(records, sources).plan
}

/// As [`plan_of`], with what is wrong with the texts.
pub(super) fn parsed_of(records: &[Record], sources: &Sources) -> Parsed {
    understood(&path_of(records), sources)
}

/// The name that a run's runbook was run by.
pub(super) fn path_of(records: &[Record]) -> PathBuf {
    let path = records.iter().find_map(|record| match &record.event {
        Event::RunStarted(header) => Some(PathBuf::from(&header.path)),
        _ => None,
    });
    path.unwrap_or_default()
}
