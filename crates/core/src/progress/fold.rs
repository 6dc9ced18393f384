//! The fold itself: what each event does to a [`Progress`].

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Binding, ConnectionProgress, Ending, Progress, StepProgress, StepState};
use crate::plan::{Expectation, Plan, Role, Step, StepKind};
use crate::record::{
    Event, Evidence, Failure, Outcome, Record, Resolution, TargetIdentity, TransactionEnd,
    TransactionStatus,
};
use crate::{ConnectionName, StepId, StepIndex};

impl Progress {
    /// Takes one more record in. Steps and connections the plan does not know are passed over:
    /// a record is a fact even where the runbook beside it was changed.
    pub fn apply(&mut self, plan: &Plan, record: &Record) {
        self.last_seq = record.seq;
        self.last_at = Some(record.at);
        match &record.event {
            Event::RunStarted(header) => {
                self.header = Some((**header).clone());
                self.started_at = Some(record.at);
            }
            Event::RunResumed { header } => {
                self.header = Some((**header).clone());
                self.ending = None;
                self.stop_requested = false;
                self.taken_up(plan);
            }
            Event::RollbackStarted { undo, .. } => {
                let undo: Vec<StepIndex> = undo.iter().filter_map(|id| plan.index_of(id)).collect();
                for index in &undo {
                    self.set(plan, *index, StepState::Pending);
                }
                self.rollback = Some(undo);
            }
            Event::TargetIdentified {
                connection,
                epoch,
                target,
            } => self.identified(connection, *epoch, target),
            Event::InputGiven { name, value, .. } => {
                let binding = Binding::recorded(value.as_ref());
                self.bindings.insert(name.clone(), binding);
            }
            Event::StepStarted { .. } | Event::StepFinished { .. } => self.attempted(plan, record),
            Event::StatementsGenerated { step, count, .. } => {
                if let Some(index) = plan.index_of(step) {
                    self.steps[index.0].generated = Some(*count);
                }
            }
            Event::CommitAnnounced {
                step,
                transaction_id,
                ..
            } => {
                if let Some(index) = plan.index_of(step) {
                    self.steps[index.0].transaction_id = Some(transaction_id.clone());
                }
            }
            Event::StepResolved {
                step,
                resolution,
                evidence,
                ..
            } => {
                if let Some(index) = plan.index_of(step) {
                    self.resolved(plan, index, *resolution, evidence);
                }
            }
            Event::StepNotNeeded {
                step,
                variable,
                value,
            } => {
                if let Some(index) = plan.index_of(step) {
                    self.steps[index.0].not_needed = Some((variable.clone(), value.clone()));
                    self.steps[index.0].again = false;
                    self.set(plan, index, StepState::NotNeeded);
                }
            }
            Event::TransactionEnded {
                connection,
                end,
                by,
            } => self.transaction_ended(plan, connection, *end, by.as_ref()),
            Event::StepInterrupted { step, .. } => {
                if let Some(index) = plan.index_of(step) {
                    self.interrupted(plan, index);
                }
            }
            Event::StepWentUp { step, attempt } => {
                if let Some(index) = plan.index_of(step) {
                    // In a log of somebody else's making its intent may be missing.
                    self.steps[index.0].attempt.get_or_insert(*attempt);
                    self.running = self.running.filter(|running| *running != index);
                    self.set(plan, index, StepState::Up);
                }
            }
            Event::SessionStateWaived { connection, .. } => {
                if let Some(known) = self.connections.get_mut(connection) {
                    known.missing.clear();
                }
            }
            Event::StepSkipped { step, reason } => {
                if let Some(index) = plan.index_of(step) {
                    self.steps[index.0].skip_reason = Some(reason.clone());
                    self.steps[index.0].again = false;
                    self.set(plan, index, StepState::Skipped);
                }
            }
            Event::StepNotRehearsed { step, why } => {
                if let Some(index) = plan.index_of(step) {
                    let reason = format!("not rehearsed: {}", why.words());
                    self.steps[index.0].skip_reason = Some(reason);
                    self.set(plan, index, StepState::Skipped);
                }
            }
            Event::StopRequested { .. } => self.stop_requested = true,
            Event::RunPaused { reason } => self.ending = Some(Ending::Paused(reason.clone())),
            Event::RunFinished { verdict } => self.ending = Some(Ending::Finished(*verdict)),
            Event::EnvironmentConfirmed { .. }
            | Event::StepConfirmed { .. }
            | Event::OrphansSettled { .. }
            | Event::RunbookReplaced { .. }
            | Event::TerminalLent { .. }
            | Event::TerminalReturned { .. }
            | Event::NoteAdded { .. }
            | Event::StateCompared(_)
            | Event::RehearsalConcluded(_)
            | Event::TailRecovered { .. } => {}
        }
    }

    /// The run was taken up by another runner: what failed is tried again, and what lived in the memory of the runner before
    /// is asked for again.
    fn taken_up(&mut self, plan: &Plan) {
        let compared: BTreeSet<StepIndex> = plan
            .indexed()
            .filter(|(index, _)| !self.steps[index.0].state.satisfies())
            .filter_map(|(_, step)| match step.expectation {
                Some(Expectation::SameAs(other)) => Some(other),
                _ => None,
            })
            .collect();
        for (index, step) in plan.indexed().filter(|(_, step)| step.is_main()) {
            let again = match self.steps[index.0].state {
                StepState::Failed => true,
                StepState::Succeeded => self.lived_in_memory(step, compared.contains(&index)),
                _ => false,
            };
            if again {
                self.steps[index.0].again = true;
                self.refresh_ready(plan, index);
            }
        }
    }

    /// Whether a step that is done gave something to later ones that is on no disk: a secret, or rows to compare with.
    fn lived_in_memory(&self, step: &Step, compared: bool) -> bool {
        let secret = |name| self.bindings.get(name) == Some(&Binding::Secret);
        let repeatable = step.flow.idempotent || step.sql.asks_only;
        step.flow.captures.iter().any(secret) || (compared && repeatable)
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

    /// An undo step is over: its step is rolled back when all that undo it are.
    fn undone(&mut self, plan: &Plan, undo: StepIndex) {
        let Role::RollbackOf(of) = plan.step(undo).role else {
            return;
        };
        let over = |index: StepIndex| {
            matches!(
                self.steps[index.0].state,
                StepState::Succeeded | StepState::NotNeeded
            )
        };
        if plan.undo_of(of).all(over) {
            self.set(plan, of, StepState::RolledBack);
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
            _ if plan.step(index).kind == StepKind::Manual => Some(Failure::Lost {
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
                let message = evidence.phrase();
                let failure = Failure::Lost { message };
                (Outcome::Failed { failure }, StepState::Failed)
            }
        };
        self.steps[index.0].outcome = Some(outcome);
        self.steps[index.0].again = state == StepState::Failed;
        self.set(plan, index, state);
    }

    fn identified(&mut self, name: &ConnectionName, epoch: u32, target: &TargetIdentity) {
        let known = self
            .connections
            .entry(name.clone())
            .or_insert_with(|| ConnectionProgress {
                target: target.clone(),
                epoch,
                transaction: TransactionStatus::Idle,
                held: Vec::new(),
                opener: None,
                left: Vec::new(),
                missing: Vec::new(),
            });
        if epoch > known.epoch {
            for step in std::mem::take(&mut known.left) {
                if !known.missing.contains(&step) {
                    known.missing.push(step);
                }
            }
        }
        known.target = target.clone();
        known.epoch = epoch;
    }

    fn attempted(&mut self, plan: &Plan, record: &Record) {
        match &record.event {
            Event::StepStarted { step, attempt, .. } => {
                let Some(index) = plan.index_of(step) else {
                    return;
                };
                self.steps[index.0] = StepProgress {
                    attempt: Some(*attempt),
                    intent_seq: record.seq,
                    started_at: Some(record.at),
                    skip_reason: self.steps[index.0].skip_reason.take(),
                    state: std::mem::take(&mut self.steps[index.0].state),
                    ..StepProgress::default()
                };
                self.running = Some(index);
                self.set(plan, index, StepState::Running);
                self.tried_anew(plan, index);
            }
            Event::StepFinished {
                step,
                outcome,
                work,
                transaction,
                duration_us,
                output,
                captures,
                polls,
                positions,
                ..
            } => {
                let Some(index) = plan.index_of(step) else {
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
            _ => {}
        }
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

    fn transaction_ended(
        &mut self,
        plan: &Plan,
        name: &ConnectionName,
        end: TransactionEnd,
        by: Option<&StepId>,
    ) {
        let Some(connection) = self.connections.get_mut(name) else {
            return;
        };
        connection.transaction = TransactionStatus::Idle;
        connection.opener = None;
        let held = std::mem::take(&mut connection.held);
        if end != TransactionEnd::Committed {
            connection.left.retain(|step| !held.contains(step));
        }
        for index in held {
            let state = match end {
                TransactionEnd::Committed => StepState::Succeeded,
                TransactionEnd::RolledBack | TransactionEnd::Lost => StepState::Undone {
                    end,
                    by: by.cloned(),
                },
                TransactionEnd::Unknown => StepState::Unknown,
            };
            self.set(plan, index, state);
        }
    }

    fn set(&mut self, plan: &Plan, index: StepIndex, state: StepState) {
        let before = self.steps[index.0].state.satisfies();
        let after = state.satisfies();
        keep(&mut self.up, index, state == StepState::Up);
        keep(&mut self.unknown, index, state == StepState::Unknown);
        self.steps[index.0].state = state;
        if before != after {
            for dependant in plan.dependants(index) {
                let unmet = &mut self.unmet[dependant.0];
                *unmet = if after { *unmet - 1 } else { *unmet + 1 };
                self.refresh_ready(plan, *dependant);
            }
        }
        self.refresh_ready(plan, index);
        self.undone(plan, index);
    }

    fn refresh_ready(&mut self, plan: &Plan, index: StepIndex) {
        let startable = matches!(
            self.steps[index.0].state,
            StepState::Pending | StepState::Undone { by: None, .. }
        ) || self.steps[index.0].again;
        if startable && self.unmet[index.0] == 0 && plan.step(index).is_main() {
            self.ready.insert(index);
        } else {
            self.ready.remove(&index);
        }
    }
}

/// Keeps `index` in `set` if it `belongs` there.
fn keep(set: &mut BTreeSet<StepIndex>, index: StepIndex, belongs: bool) {
    match belongs {
        true => set.insert(index),
        false => set.remove(&index),
    };
}
