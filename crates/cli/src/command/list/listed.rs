//! A runbook among others.

use serde_json::{Value, json};
use stepmark_core::plan::Step;
use stepmark_parse::Severity;

use super::LastRun;
use crate::command::check::CheckedFile;

/// What a listing says of one runbook.
pub(super) struct Listed {
    pub(super) file: String,
    pub(super) title: String,
    pub(super) steps: usize,
    pub(super) errors: usize,
    warnings: usize,
    pub(super) last: Option<LastRun>,
}

impl Listed {
    /// The entry of `file`; none when it is no runbook: it has neither a step nor an error.
    pub(super) fn of(file: &CheckedFile, last: impl FnOnce() -> Option<LastRun>) -> Option<Self> {
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
            steps,
            errors,
            warnings: file.count(Severity::Warning),
            last: last(),
        })
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "file": self.file,
            "title": self.title,
            "steps": self.steps,
            "errors": self.errors,
            "warnings": self.warnings,
            "last_run": self.last.as_ref().map(LastRun::json),
        })
    }
}
