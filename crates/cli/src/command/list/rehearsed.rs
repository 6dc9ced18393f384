//! The newest rehearsal of a runbook, at a glance.

use serde_json::{Value, json};
use stepmark_journal::RunDirectory;

use super::last_run::LastRun;
use crate::app::concluded;

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
            holds: concluded(directory).map(|found| found.holds),
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
