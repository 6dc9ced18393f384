//! A runbook among others.

use serde_json::{Value, json};
use stepmark_core::plan::Step;
use stepmark_parse::Severity;

use super::LastRun;
use super::past_runs::PastRuns;
use super::rehearsed::Rehearsed;
use crate::command::check::CheckedFile;

/// What a listing says of one runbook.
pub(super) struct Listed {
    pub(super) file: String,
    pub(super) title: String,
    pub(super) owner: Option<String>,
    pub(super) steps: usize,
    pub(super) errors: usize,
    warnings: usize,
    pub(super) past: PastRuns,
}

impl Listed {
    /// The entry of `file`; none when it is no runbook: it has neither a step nor an error.
    pub(super) fn of(file: &CheckedFile, past: impl FnOnce() -> PastRuns) -> Option<Self> {
        let steps = file
            .plan
            .steps
            .iter()
            .filter(|step: &&Step| step.is_main())
            .count();
        let errors = file.count(Severity::Error);
        (steps > 0 || errors > 0).then(|| Self {
            file: file.shown.clone(),
            title: file.plan.title.clone(),
            owner: file.plan.front.owner.clone(),
            steps,
            errors,
            warnings: file.count(Severity::Warning),
            past: past(),
        })
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "file": self.file,
            "title": self.title,
            "owner": self.owner,
            "steps": self.steps,
            "errors": self.errors,
            "warnings": self.warnings,
            "last_run": self.past.last.as_ref().map(LastRun::json),
            "last_rehearsal": self.past.rehearsed.as_ref().map(Rehearsed::json),
            "runs": { "succeeded": self.past.succeeded, "over": self.past.over },
        })
    }
}
