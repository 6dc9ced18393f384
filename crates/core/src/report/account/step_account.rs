//! One step of the runbook, and what became of it.

use serde::Serialize;

use super::{AttemptAccount, micros};
use crate::plan::{Plan, Role, StepKind};
use crate::progress::StepProgress;
use crate::report::phrase::not_needed;
use crate::{Digest, StepId, StepIndex};

/// One step of the runbook, and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct StepAccount {
    /// Its place in the runbook, from 1.
    pub number: usize,
    /// Its id.
    pub id: StepId,
    /// Its title.
    pub title: String,
    /// What does its work.
    pub kind: StepKind,
    /// Whether it runs in its turn.
    pub is_main: bool,
    /// What it is to another step, where it is not of the main flow: `rollback of copy`.
    pub role: Option<String>,
    /// Where it stands, in a word.
    pub state: &'static str,
    /// The included file that its text stands in, by its path from the runbook's folder; none for the runbook itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line of that file on which its text begins.
    pub line: Option<u32>,
    /// Digest of kind, connection and text.
    pub digest: Digest,
    /// `estimate=`, in microseconds.
    pub estimate_us: Option<u64>,
    /// Time of all its attempts together, in microseconds; none while none has ended.
    pub took_us: Option<u64>,
    /// Why it was skipped, or was not needed.
    pub reason: Option<String>,
    /// Its attempts.
    pub attempts: Vec<AttemptAccount>,
}

impl StepAccount {
    pub(super) fn of(
        plan: &Plan,
        index: StepIndex,
        known: &StepProgress,
        attempts: Vec<AttemptAccount>,
    ) -> Self {
        let step = plan.step(index);
        let of = |word: &str, other: StepIndex| Some(format!("{word} of {}", plan.step(other).id));
        let durations = attempts.iter().filter_map(|attempt| attempt.duration_us);
        let not_needed = known
            .not_needed
            .as_ref()
            .map(|(variable, value)| not_needed(variable, value.as_deref()));
        Self {
            number: index.0 + 1,
            id: step.id.clone(),
            title: step.title.clone(),
            kind: step.kind,
            is_main: step.is_main(),
            role: match step.role {
                Role::Main => None,
                Role::RollbackOf(other) => of("rollback", other),
                Role::ProbeOf(other) => of("probe", other),
            },
            state: known.state.word(),
            file: step.body.file.as_deref().map(str::to_owned),
            line: step.line(),
            digest: step.digest,
            estimate_us: step.flow.estimate.map(micros),
            took_us: durations.reduce(u64::saturating_add),
            reason: known.skip_reason.clone().or(not_needed),
            attempts,
        }
    }
}
