//! The newest rehearsal of a runbook, at a glance.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use serde_json::{Value, json};
use stepmark_journal::RunDirectory;

use super::last_run::LastRun;

/// A conclusion is looked for in so much of a journal's end at first, in bytes: it has a few words for each step.
const WINDOW_BYTES: u64 = 8 * 1024;
/// And in no more than so much.
const WINDOW_BYTES_MAX: u64 = 1024 * 1024;

/// The newest rehearsal of a runbook.
#[derive(Clone, Debug)]
pub(super) struct Rehearsed {
    run: LastRun,
    /// Whether it showed what it should; none where it did not come to a conclusion.
    holds: Option<bool>,
    /// Whether it was of the texts as they are now.
    is_current: bool,
}

impl Rehearsed {
    /// The one in `directory`.
    pub(super) fn of(directory: &RunDirectory, is_current: bool) -> Self {
        Self {
            holds: conclusion(&directory.journal()),
            run: LastRun::of(directory.clone()),
            is_current,
        }
    }

    /// When, and how it came out, for a person: `2026-11-20 02:14:05 UTC, holds`.
    pub(super) fn phrase(&self) -> String {
        let found = match self.holds {
            Some(true) => "holds",
            Some(false) => "does not hold",
            None => "not concluded",
        };
        let changed = match self.is_current {
            true => "",
            false => ", changed since",
        };
        format!("{}, {found}{changed}", self.run.when())
    }

    /// It as a JSON object.
    pub(super) fn json(&self) -> Value {
        let mut members = self.run.json();
        members["holds"] = json!(self.holds);
        members["changed"] = json!(!self.is_current);
        members
    }
}

/// What the last conclusion in the journal at `path` says.
fn conclusion(path: &Path) -> Option<bool> {
    let file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let mut window = WINDOW_BYTES;
    loop {
        let start = length.saturating_sub(window);
        let mut bytes = vec![0; usize::try_from(length - start).ok()?];
        file.read_exact_at(&mut bytes, start).ok()?;
        let found = bytes.rsplit(|byte| *byte == b'\n').find_map(|line| {
            let record: Value = serde_json::from_slice(line).ok()?;
            (record["type"] == "rehearsal_concluded").then_some(record["holds"] == true)
        });
        if found.is_some() || start == 0 || window >= WINDOW_BYTES_MAX {
            return found;
        }
        window *= 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_conclusion_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let found = |text: &str| {
            std::fs::write(&path, text).unwrap();
            conclusion(&path)
        };
        let concluded = |holds: bool| {
            format!("{{\"v\":1,\"type\":\"rehearsal_concluded\",\"holds\":{holds},\"steps\":[]}}\n")
        };
        let end = "{\"v\":1,\"type\":\"run_finished\",\"verdict\":\"succeeded\"}\n";
        assert_eq!(found(end), None);
        assert_eq!(found(&(concluded(true) + end)), Some(true));
        assert_eq!(
            found(&(concluded(true) + &concluded(false) + end)),
            Some(false)
        );
        assert_eq!(found(&(concluded(true) + "{\"torn")), Some(true));
    }
}
