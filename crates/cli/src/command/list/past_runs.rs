//! What the runs of one runbook come to: the last one, the last rehearsal, and how many of them succeeded. Reads how each
//! begins and ends, and no more.

use std::path::Path;

use stepmark_journal::RunDirectory;

use super::last_run::LastRun;
use super::rehearsed::Rehearsed;
use super::run_result::RunResult;
use crate::app::FirstRecord;
use crate::command::check::CheckedFile;

/// So many of the newest runs that are no rehearsals are counted.
const RUNS_MAX: usize = 50;

/// What the runs of one runbook come to.
#[derive(Clone, Debug, Default)]
pub(super) struct PastRuns {
    /// The newest run that is no rehearsal.
    pub(super) last: Option<LastRun>,
    /// The newest rehearsal.
    pub(super) rehearsed: Option<Rehearsed>,
    /// Of the newest runs that are over and no rehearsals, how many succeeded.
    pub(super) succeeded: usize,
    /// How many there are of them.
    pub(super) over: usize,
}

impl PastRuns {
    /// Of the runs in `root`, for the runbook in `file` as it is now.
    pub(super) fn of(root: &Path, file: &CheckedFile) -> Self {
        let mut past = Self::default();
        let runs = RunDirectory::list(root).unwrap_or_default();
        let mut counted = 0;
        for directory in runs.into_iter().rev() {
            let first = FirstRecord::of(&directory.journal());
            if first.is_rehearsal {
                past.rehearsed
                    .get_or_insert_with(|| Rehearsed::of(&directory, first.is_of(&file.sources)));
            }
            if counted == RUNS_MAX && past.rehearsed.is_some() {
                break;
            }
            if first.is_rehearsal || counted == RUNS_MAX {
                continue;
            }
            counted += 1;
            let run = LastRun::of(directory);
            if run.result != RunResult::Running {
                past.over += 1;
                past.succeeded += usize::from(run.result.is_success());
            }
            past.last.get_or_insert(run);
        }
        past
    }

    /// `3 of 4`; nothing before there was a run.
    pub(super) fn rate(&self) -> String {
        match self.over {
            0 => String::new(),
            over => format!("{} of {over}", self.succeeded),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rehearsals_hide_no_run_and_many_runs_no_rehearsal() {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("book.md");
        std::fs::write(&book, "```sh\ntrue\n```\n").unwrap();
        let file = CheckedFile::read(&book).unwrap();
        let past = |kinds: &[(&str, usize)]| {
            let root = tempfile::tempdir_in(folder.path()).unwrap();
            let all = kinds
                .iter()
                .flat_map(|(rehearsal, count)| vec![rehearsal; *count]);
            for (at, rehearsal) in all.enumerate() {
                let run = root
                    .path()
                    .join(format!("20261120T0214{:02}Z-{at:06x}", at % 60));
                let run = match at {
                    0 => root.path().join("20251120T021405Z-000000"),
                    _ => run,
                };
                std::fs::create_dir(&run).unwrap();
                let journal = format!(
                    "{{\"v\":1,\"seq\":1,\"at\":\"2026-11-20T02:14:05.000000Z\",\"type\":\"run_started\",\"rehearsal\":{rehearsal}}}\n\
                     {{\"v\":1,\"seq\":2,\"at\":\"2026-11-20T02:14:06.000000Z\",\"type\":\"run_finished\",\"verdict\":\"succeeded\"}}\n"
                );
                std::fs::write(run.join("journal.jsonl"), journal).unwrap();
            }
            let past = PastRuns::of(root.path(), &file);
            (past.rate(), past.last.is_some(), past.rehearsed.is_some())
        };
        let (run, rehearsal) = ("null", "{\"part\":\"to_the_end\"}");
        assert_eq!(past(&[]), (String::new(), false, false));
        let hidden = past(&[(run, 1), (rehearsal, RUNS_MAX + 1)]);
        assert_eq!(hidden, ("1 of 1".to_owned(), true, true));
        let hidden = past(&[(rehearsal, 1), (run, RUNS_MAX + 1)]);
        assert_eq!(hidden, ("50 of 50".to_owned(), true, true));
    }
}
