//! Where a run left each step of a runbook that may have changed since.

use std::collections::HashMap;
use std::time::Duration;

use stepmark_core::plan::{Step, StepKind};
use stepmark_core::progress::{Progress, StepState};
use stepmark_core::report::duration;
use stepmark_core::{Digest, StepId};

use super::{LastRun, RunResult};
use crate::Complaint;
use crate::app::read_run;

/// Where a run left a step.
#[derive(Clone, Debug)]
pub(super) struct PastStep {
    /// A word for its state.
    pub(super) state: &'static str,
    /// How long its last attempt took, if it ended.
    pub(super) took: Option<Duration>,
    digest: Digest,
}

impl PastStep {
    /// Whether `step` does other work now than what was run.
    pub(super) fn is_changed(&self, step: &Step) -> bool {
        self.digest != step.digest
    }

    /// A few words for a person who looks at `step` as it is now.
    pub(super) fn phrase(&self, step: &Step) -> String {
        let took = self.took.filter(|_| step.kind != StepKind::Manual);
        let took = took.map(|took| format!(" in {}", duration(took)));
        let changed = if self.is_changed(step) {
            ", changed since"
        } else {
            ""
        };
        format!("{}{}{changed}", self.state, took.unwrap_or_default())
    }
}

/// Where `run` left every step that it has begun or passed over.
pub(super) fn past_steps(run: &LastRun) -> Result<HashMap<StepId, PastStep>, Complaint> {
    let read = read_run(run.directory.path())?;
    let mut progress = Progress::new(&read.plan);
    for record in &read.records {
        progress.apply(&read.plan, record);
    }
    let past = read.plan.indexed().filter_map(|(index, step)| {
        let known = progress.step(index);
        let state = match &known.state {
            StepState::Pending => return None,
            StepState::Running if run.result != RunResult::Running => "broken off",
            state => state.word(),
        };
        let past = PastStep {
            state,
            took: known.duration,
            digest: step.digest,
        };
        Some((step.id.clone(), past))
    });
    Ok(past.collect())
}
