//! What a rehearsal has found so far, and what that comes to. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use stepmark_core::StepIndex;
use stepmark_core::plan::{Plan, StepKind};
use stepmark_core::record::{Conclusion, HalfWay, NotRehearsed, RehearsedStep, UndoProof};
use stepmark_core::runner::why_not;

use super::barrier::Barrier;

/// What a rehearsal has found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    proofs: BTreeMap<StepIndex, UndoProof>,
    durations: BTreeMap<StepIndex, Duration>,
    locked: BTreeMap<StepIndex, Vec<String>>,
    because: Vec<String>,
}

impl Findings {
    /// Something that does not hold.
    pub(super) fn because(&mut self, line: impl Into<String>) {
        self.because.push(line.into());
    }

    /// Whether nothing was found that does not hold.
    pub(super) fn is_well(&self) -> bool {
        self.because.is_empty()
            && !self
                .proofs
                .values()
                .any(|proof| matches!(proof, UndoProof::Broken { .. }))
    }

    /// How long a step took.
    pub(super) fn took(&mut self, step: StepIndex, duration: Duration) {
        self.durations.insert(step, duration);
    }

    /// How long a step took when it last succeeded.
    pub(super) fn duration(&self, step: StepIndex) -> Option<Duration> {
        self.durations.get(&step).copied()
    }

    /// That a step locked a table against everybody.
    pub(super) fn locked(&mut self, step: StepIndex, table: String) {
        let tables = self.locked.entry(step).or_default();
        if !tables.contains(&table) {
            tables.push(table);
        }
    }

    /// The undo of a step brought everything back, together with those of earlier steps where it left something.
    pub(super) fn proven(&mut self, step: StepIndex, taken_away: Option<String>) {
        let proof = UndoProof::Proven {
            half_way: None,
            whole_only: None,
            taken_away,
        };
        self.proofs.entry(step).or_insert(proof);
    }

    /// The same after the step had been broken off, or why that was not tried.
    pub(super) fn proven_half_way(&mut self, step: StepIndex, how: Result<HalfWay, String>) {
        if self.is_broken(step) {
            return;
        }
        let proof = match how {
            Ok(half_way) => UndoProof::Proven {
                half_way: Some(half_way),
                whole_only: None,
                taken_away: None,
            },
            Err(why) => UndoProof::Proven {
                half_way: None,
                whole_only: Some(why),
                taken_away: None,
            },
        };
        self.proofs.insert(step, proof);
    }

    /// The undo of a step did not bring everything back.
    pub(super) fn broken(&mut self, step: StepIndex, why: String) {
        if !self.is_broken(step) {
            self.proofs.insert(step, UndoProof::Broken { why });
        }
    }

    /// Whether the undo of `step` did not bring everything back.
    pub(super) fn is_broken(&self, step: StepIndex) -> bool {
        matches!(self.proofs.get(&step), Some(UndoProof::Broken { .. }))
    }

    /// What it comes to.
    pub(super) fn conclusion(&self, plan: &Plan, barrier: &Barrier) -> Conclusion {
        let main = plan.indexed().filter(|(_, step)| step.is_main());
        let steps = main.map(|(index, step)| RehearsedStep {
            step: step.id.clone(),
            duration_us: self
                .duration(index)
                .map(|took| u64::try_from(took.as_micros()).unwrap_or(u64::MAX)),
            locked: self.locked.get(&index).cloned().unwrap_or_default(),
            undo: self.proof(plan, barrier, index),
        });
        Conclusion {
            holds: self.is_well(),
            because: self.because.clone(),
            steps: steps.collect(),
        }
    }

    fn proof(&self, plan: &Plan, barrier: &Barrier, step: StepIndex) -> UndoProof {
        if let Some(known) = self.proofs.get(&step) {
            return known.clone();
        }
        if let Some(why) = why_not(plan, step) {
            return UndoProof::NotRun { why };
        }
        if barrier.is_behind(step) {
            return UndoProof::AfterNoReturn;
        }
        let planned = plan.step(step);
        let only_looks = planned.expectation.is_some()
            || planned.flow.wait.is_some()
            || planned.sql.asks_only && planned.kind == StepKind::Sql;
        let mut undo = plan.undo_of(step).peekable();
        if undo.peek().is_none() {
            return match (only_looks, planned.kind) {
                (true, _) => UndoProof::NotNeeded,
                (false, StepKind::Manual) => UndoProof::NotRun {
                    why: NotRehearsed::Manual,
                },
                (false, StepKind::Sql | StepKind::Shell(_)) => UndoProof::NotDeclared,
            };
        }
        match undo.find_map(|undo| not_run(plan, undo)) {
            Some(why) => UndoProof::NotRun { why },
            None => UndoProof::NotReached,
        }
    }
}

/// Why a rehearsal cannot run the step `undo`, if it cannot.
pub(super) fn not_run(plan: &Plan, undo: StepIndex) -> Option<NotRehearsed> {
    let is_manual = plan.step(undo).kind == StepKind::Manual;
    why_not(plan, undo).or(is_manual.then_some(NotRehearsed::Manual))
}
