//! The fold itself: what each event does to a [`Progress`].

use std::collections::BTreeSet;

use super::{Binding, ConnectionProgress, Ending, Progress, StepState};
use crate::plan::{Expectation, Plan, Role, Step};
use crate::record::{Event, Record, TargetIdentity, TransactionEnd, TransactionStatus};
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
            Event::TransactionEnded {
                connection,
                end,
                by,
            } => self.transaction_ended(plan, connection, *end, by.as_ref()),
            Event::SessionStateWaived { connection, .. } => {
                if let Some(known) = self.connections.get_mut(connection) {
                    known.missing.clear();
                }
            }
            Event::StepStarted { step, .. }
            | Event::StepFinished { step, .. }
            | Event::StatementsGenerated { step, .. }
            | Event::CommitAnnounced { step, .. }
            | Event::StepResolved { step, .. }
            | Event::StepNotNeeded { step, .. }
            | Event::StepInterrupted { step, .. }
            | Event::StepWentUp { step, .. }
            | Event::StepSkipped { step, .. }
            | Event::StepNotRehearsed { step, .. } => {
                if let Some(index) = plan.index_of(step) {
                    self.apply_to_step(plan, index, record);
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

    pub(super) fn set(&mut self, plan: &Plan, index: StepIndex, state: StepState) {
        let before = self.lets_through(index);
        keep(&mut self.up, index, state == StepState::Up);
        keep(&mut self.unknown, index, state == StepState::Unknown);
        self.steps[index.0].state = state;
        if before != self.lets_through(index) {
            self.tell_dependants(plan, index);
        }
        self.refresh_ready(plan, index);
        self.undone(plan, index);
    }

    /// Counts anew what the dependants of a step lack that lets through now, or does no more, and theirs where they were passed
    /// over. There is no circle and all changes go one way, so each step is told of at most once.
    fn tell_dependants(&mut self, plan: &Plan, index: StepIndex) {
        let opens = self.lets_through(index);
        let mut changed = vec![index];
        while let Some(index) = changed.pop() {
            for dependant in plan.dependants(index) {
                let before = self.lets_through(*dependant);
                let unmet = &mut self.unmet[dependant.0];
                *unmet = if opens { *unmet - 1 } else { *unmet + 1 };
                if before != self.lets_through(*dependant) {
                    changed.push(*dependant);
                }
                self.refresh_ready(plan, *dependant);
            }
        }
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
