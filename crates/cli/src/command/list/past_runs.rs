//! What the runs of one runbook come to: the last one, the last rehearsal, and how many of them succeeded. Reads how each
//! begins and ends, and no more.

use std::path::Path;

use stepmark_journal::RunDirectory;

use super::last_run::LastRun;
use super::opening::Opening;
use super::rehearsed::Rehearsed;
use super::run_result::RunResult;
use crate::command::check::CheckedFile;

/// So many of the newest runs are counted.
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
        for directory in runs.into_iter().rev().take(RUNS_MAX) {
            let opening = Opening::of(&directory.journal());
            if opening.is_rehearsal {
                past.rehearsed
                    .get_or_insert_with(|| Rehearsed::of(&directory, opening.is_of(&file.sources)));
                continue;
            }
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
