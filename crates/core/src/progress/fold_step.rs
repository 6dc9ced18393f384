//! The fold of the events of one step.

use std::time::Duration;

use super::{Binding, Progress, StepProgress, StepState};
use crate::StepIndex;
use crate::plan::{Plan, StepKind};
use crate::record::{Event, Evidence, Failure, Outcome, Record, Resolution, TransactionStatus};

impl Progress {
    /// Takes in a record about the step at `index`; one about something else changes nothing.
    pub(super) fn apply_to_step(&mut self, plan: &Plan, index: StepIndex, record: &Record) {
        let known = &mut self.steps[index.0];
        match &record.event {
            Event::StepStarted { attempt, .. } => {
                *known = StepProgress {
                    attempt: Some(*attempt),
                    intent_seq: record.seq,
                    started_at: Some(record.at),
                    skip_reason: known.skip_reason.take(),
                    state: std::mem::take(&mut known.state),
                    ..StepProgress::default()
                };
                self.running = Some(index);
                self.set(plan, index, StepState::Running);
                self.tried_anew(plan, index);
            }
            Event::StepFinished { .. } => self.finished(plan, index, &record.event),
            Event::StatementsGenerated { count, .. } => known.generated = Some(*count),
            Event::CommitAnnounced { transaction_id, .. } => {
                known.transaction_id = Some(transaction_id.clone());
            }
            Event::StepResolved {
                resolution,
                evidence,
                ..
            } => self.resolved(plan, index, *resolution, evidence),
            Event::StepNotNeeded {
                variable, value, ..
            } => {
                known.not_needed = Some((variable.clone(), value.clone()));
                known.again = false;
                self.set(plan, index, StepState::NotNeeded);
            }
            Event::StepInterrupted { .. } => self.interrupted(plan, index),
            Event::StepWentUp { attempt, .. } => {
                // In a log of somebody else's making its intent may be missing.
                known.attempt.get_or_insert(*attempt);
                self.running = self.running.filter(|running| *running != index);
                self.set(plan, index, StepState::Up);
            }
            Event::StepSkipped { reason, .. } => {
                known.skip_reason = Some(reason.clone());
                known.again = false;
                self.set(plan, index, StepState::Skipped);
            }
            Event::StepNotRehearsed { why, .. } => {
                known.skip_reason = Some(format!("not rehearsed: {}", why.words()));
                self.set(plan, index, StepState::Skipped);
            }
            _ => {}
        }
    }

    fn finished(&mut self, plan: &Plan, index: StepIndex, event: &Event) {
        let Event::StepFinished {
            outcome,
            work,
            transaction,
            duration_us,
            output,
            captures,
            polls,
            positions,
            ..
        } = event
        else {
            return;
        };
        let known = &mut self.steps[index.0];
        known.duration = Some(Duration::from_micros(*duration_us));
        known.outcome = Some(outcome.clone());
        known.work = Some(work.clone());
        known.output = Some(output.clone());
        known.polls = polls.clone();
        known.positions = positions.as_deref().cloned().unwrap_or_default();
        for capture in captures {
            let binding = Binding::recorded(capture.value.as_ref());
            self.bindings.insert(capture.name.clone(), binding);
        }
        self.running = self.running.filter(|running| *running != index);
        if matches!(outcome, Outcome::Succeeded { .. }) {
            self.leaves(plan, index);
        }
        let held = self.transaction_now(plan, index, *transaction, outcome);
        let state = match outcome {
            Outcome::Succeeded { .. } if held => StepState::Held,
            Outcome::Succeeded { .. } => StepState::Succeeded,
            Outcome::Failed { .. } => StepState::Failed,
            Outcome::Unknown { .. } => StepState::Unknown,
        };
        self.set(plan, index, state);
    }

    /// A step of the main flow has started: its undo and probe say nothing any more of what it does now.
    fn tried_anew(&mut self, plan: &Plan, index: StepIndex) {
        if !plan.step(index).is_main() {
            return;
        }
        self.rollback = None;
        let attached: Vec<StepIndex> = plan.undo_of(index).chain(plan.probes_of(index)).collect();
        for other in attached {
            self.set(plan, other, StepState::Pending);
        }
    }

    /// Nobody knows what a step that was under way has done; one that was up in the background is to be started again.
    fn interrupted(&mut self, plan: &Plan, index: StepIndex) {
        self.running = self.running.filter(|running| *running != index);
        let failure = match self.steps[index.0].state {
            StepState::Up => Some(Failure::EndedEarly {
                exit: None,
                signal: None,
            }),
            _ if plan.step(index).kind == StepKind::Manual => Some(Failure::NotDone {
                message: "that it was ticked was not recorded whole".to_owned(),
            }),
            _ => None,
        };
        let state = match &failure {
            Some(_) => StepState::Failed,
            None => StepState::Unknown,
        };
        self.steps[index.0].outcome = failure.map(|failure| Outcome::Failed { failure });
        self.set(plan, index, state);
    }

    /// An aborted transaction left nothing behind, so its step failed; a committed one did all it should.
    fn resolved(
        &mut self,
        plan: &Plan,
        index: StepIndex,
        resolution: Resolution,
        evidence: &Evidence,
    ) {
        let planned = plan.step(index);
        let known = planned.connection.as_ref();
        if let Some(known) = known.and_then(|name| self.connections.get_mut(name))
            && resolution == Resolution::Done
            && !planned.sql.leaves.is_empty()
        {
            known.missing.push(index);
        }
        let (outcome, state) = match resolution {
            Resolution::Done => (Outcome::Succeeded { finding: None }, StepState::Succeeded),
            Resolution::NotDone => {
                let message = evidence.phrase(resolution);
                let failure = Failure::NotDone { message };
                (Outcome::Failed { failure }, StepState::Failed)
            }
        };
        self.steps[index.0].outcome = Some(outcome);
        self.steps[index.0].again = state == StepState::Failed;
        self.set(plan, index, state);
    }

    /// Notes what a step that succeeded left in its session.
    fn leaves(&mut self, plan: &Plan, index: StepIndex) {
        let planned = plan.step(index);
        let known = planned.connection.as_ref();
        let known = known.and_then(|name| self.connections.get_mut(name));
        let Some(known) = known.filter(|_| !planned.sql.leaves.is_empty()) else {
            return;
        };
        known.missing.retain(|step| *step != index);
        known.left.retain(|step| *step != index);
        known.left.push(index);
    }

    /// Notes the transaction state after a step and says whether it is one that holds the step.
    fn transaction_now(
        &mut self,
        plan: &Plan,
        index: StepIndex,
        status: Option<TransactionStatus>,
        outcome: &Outcome,
    ) -> bool {
        let (Some(status), Some(name)) = (status, plan.step(index).connection.as_ref()) else {
            return false;
        };
        let Some(connection) = self.connections.get_mut(name) else {
            return false;
        };
        connection.transaction = status;
        if status == TransactionStatus::Idle {
            connection.opener = None;
            return false;
        }
        connection.opener.get_or_insert(index);
        if matches!(outcome, Outcome::Succeeded { .. }) {
            connection.held.push(index);
        }
        true
    }
}
