//! The newest run of a runbook, at a glance. Does not read what its steps did.

use std::path::Path;

use serde_json::{Value, json};
use stepmark_core::{RunId, Timestamp};
use stepmark_journal::RunDirectory;

use super::RunResult;
use crate::app::{FirstRecord, last_record};

/// The newest run of a runbook.
#[derive(Clone, Debug)]
pub(super) struct LastRun {
    pub(super) directory: RunDirectory,
    /// When it began, by its id, to the second.
    pub(super) started: Option<Timestamp>,
    /// When its last record was made.
    pub(super) last_at: Option<Timestamp>,
    pub(super) result: RunResult,
}

impl LastRun {
    /// The newest run in `root` that is no rehearsal, if there is one.
    pub(super) fn newest(root: &Path) -> Option<Self> {
        let runs = RunDirectory::list(root).ok()?.into_iter().rev();
        let mut runs = runs.filter(|run| !FirstRecord::of(&run.journal()).is_rehearsal);
        runs.next().map(Self::of)
    }

    /// The run in `directory`.
    pub(super) fn of(directory: RunDirectory) -> Self {
        let last = last_record(&directory.journal());
        let result = match &last {
            Ok(record) => RunResult::of(record, || directory.is_locked()),
            Err(reason) => RunResult::Unreadable(reason.clone()),
        };
        Self {
            started: started(directory.run()),
            last_at: last.ok().map(|record| record.at),
            directory,
            result,
        }
    }

    /// When it began, for a person.
    pub(super) fn when(&self) -> String {
        self.started.map_or_else(String::new, Timestamp::readable)
    }

    /// It as a JSON object.
    pub(super) fn json(&self) -> Value {
        json!({
            "run": self.directory.run().as_str(),
            "directory": self.directory.path().display().to_string(),
            "started": self.started.map(|at| at.to_string()),
            "last_record": self.last_at.map(|at| at.to_string()),
            "result": self.result.word(),
            "reason": self.result.reason(),
        })
    }
}

/// `20261120T021405Z-7f3a9c` begins with the moment it was made.
fn started(run: &RunId) -> Option<Timestamp> {
    let digits: Vec<&str> = [0..4, 4..6, 6..8, 9..11, 11..13, 13..15]
        .into_iter()
        .map(|range| run.as_str().get(range))
        .collect::<Option<_>>()?;
    let [year, month, day, hour, minute, second] = digits.as_slice() else {
        return None;
    };
    Timestamp::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_says_when_the_run_began() {
        let at = started(&RunId::new("20261120T021405Z-7f3a9c")).map(Timestamp::readable);
        assert_eq!(at.as_deref(), Some("2026-11-20 02:14:05 UTC"));
        assert_eq!(started(&RunId::new("2026")), None);
    }
}
