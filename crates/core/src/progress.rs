//! Where a run stands: the fold of its records. Does not decide anything.

mod before;
mod binding;
mod connection_progress;
mod ending;
mod fold;
mod fold_step;
mod step_progress;
mod step_state;

use std::collections::{BTreeMap, BTreeSet};

pub use before::{Before, TakenUp};
pub use binding::Binding;
pub use connection_progress::ConnectionProgress;
pub use ending::Ending;
pub use step_progress::StepProgress;
pub use step_state::StepState;

use crate::plan::Plan;
use crate::record::{RunHeader, TransactionStatus};
use crate::{ConnectionName, StepIndex, Timestamp, VariableName};

/// Where a run stands. Made only by [`Progress::new`] and [`Progress::apply`], so two that saw the same records are equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    header: Option<RunHeader>,
    started_at: Option<Timestamp>,
    last_at: Option<Timestamp>,
    last_seq: u64,
    steps: Vec<StepProgress>,
    unmet: Vec<u32>,
    ready: BTreeSet<StepIndex>,
    running: Option<StepIndex>,
    up: BTreeSet<StepIndex>,
    unknown: BTreeSet<StepIndex>,
    connections: BTreeMap<ConnectionName, ConnectionProgress>,
    bindings: BTreeMap<VariableName, Binding>,
    rollback: Option<Vec<StepIndex>>,
    stop_requested: bool,
    ending: Option<Ending>,
}

impl Progress {
    /// A run of `plan` of which nothing is recorded yet.
    pub fn new(plan: &Plan) -> Self {
        let unmet: Vec<u32> = plan
            .steps
            .iter()
            .map(|step| u32::try_from(step.needs.len()).unwrap_or(u32::MAX))
            .collect();
        let ready = plan
            .indexed()
            .filter(|(index, step)| step.is_main() && unmet[index.0] == 0)
            .map(|(index, _)| index)
            .collect();
        Self {
            header: None,
            started_at: None,
            last_at: None,
            last_seq: 0,
            steps: vec![StepProgress::default(); plan.steps.len()],
            unmet,
            ready,
            running: None,
            up: BTreeSet::new(),
            unknown: BTreeSet::new(),
            connections: BTreeMap::new(),
            bindings: BTreeMap::new(),
            rollback: None,
            stop_requested: false,
            ending: None,
        }
    }

    /// What is known since the run's first record.
    pub fn header(&self) -> Option<&RunHeader> {
        self.header.as_ref()
    }

    /// When the run started.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.started_at
    }

    /// When the last record was made.
    pub fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// The sequence number of the last record; 0 before the first.
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// Where the step at `index` stands.
    ///
    /// # Panics
    /// When `index` is of another plan.
    pub fn step(&self, index: StepIndex) -> &StepProgress {
        &self.steps[index.0]
    }

    /// The step that has an intent and no outcome yet.
    pub fn running(&self) -> Option<StepIndex> {
        self.running
    }

    /// The background steps that are up, in document order.
    pub fn steps_up(&self) -> impl Iterator<Item = StepIndex> {
        self.up.iter().copied()
    }

    /// The steps whose outcome is unknown, in document order.
    pub fn steps_unknown(&self) -> impl Iterator<Item = StepIndex> {
        self.unknown.iter().copied()
    }

    /// The first step of the main flow that may start now and is not behind us.
    pub fn next(&self) -> Option<StepIndex> {
        self.ready.first().copied()
    }

    /// The first of those at or after `index`, else the first of all.
    pub fn next_from(&self, index: StepIndex) -> Option<StepIndex> {
        self.ready
            .range(index..)
            .next()
            .or_else(|| self.ready.first())
            .copied()
    }

    /// What is known of a connection.
    pub fn connection(&self, name: &ConnectionName) -> Option<&ConnectionProgress> {
        self.connections.get(name)
    }

    /// Every connection that was opened, by name.
    pub fn connections(&self) -> impl Iterator<Item = (&ConnectionName, &ConnectionProgress)> {
        self.connections.iter()
    }

    /// The first connection whose transaction is open or has failed, `preferred` before others.
    pub fn open_transaction(
        &self,
        preferred: Option<&ConnectionName>,
    ) -> Option<(&ConnectionName, &ConnectionProgress)> {
        self.connections()
            .filter(|(_, known)| known.transaction != TransactionStatus::Idle)
            .min_by_key(|(name, _)| Some(*name) != preferred)
    }

    /// The first connection whose session was lost with what steps had left in it, `preferred` before others.
    pub fn lacking(&self, preferred: Option<&ConnectionName>) -> Option<&ConnectionName> {
        self.connections()
            .filter(|(_, known)| !known.missing.is_empty())
            .map(|(name, _)| name)
            .min_by_key(|name| Some(*name) != preferred)
    }

    /// What an input or a capture is bound to; none before it is given or captured.
    pub fn binding(&self, name: &VariableName) -> Option<&Binding> {
        self.bindings.get(name)
    }

    /// Every input and capture that has a value, by name.
    pub fn bindings(&self) -> impl Iterator<Item = (&VariableName, &Binding)> {
        self.bindings.iter()
    }

    /// The undo steps of the rollback that is under way or over, in order; none when the run went on after it.
    pub fn rollback(&self) -> Option<&[StepIndex]> {
        self.rollback.as_deref()
    }

    /// The next undo step of the rollback, if one is left.
    pub fn next_undo(&self) -> Option<StepIndex> {
        let over = |index: &StepIndex| {
            let state = &self.steps[index.0].state;
            matches!(
                state,
                StepState::Succeeded | StepState::NotNeeded | StepState::Skipped
            )
        };
        let mut undo = self.rollback.iter().flatten();
        undo.find(|index| !over(index)).copied()
    }

    /// Whether somebody asked the run to end early.
    pub fn stop_requested(&self) -> bool {
        self.stop_requested
    }

    /// How the run ended, when it has.
    pub fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// Whether the needs of `index` are satisfied.
    pub fn needs_satisfied(&self, index: StepIndex) -> bool {
        self.unmet[index.0] == 0
    }

    /// Whether steps that need `index` may start as far as it is concerned. One that was passed over stands for what it needed
    /// itself: nobody said that this could be done without.
    pub fn lets_through(&self, index: StepIndex) -> bool {
        let state = &self.steps[index.0].state;
        match state {
            StepState::Skipped | StepState::NotNeeded => self.needs_satisfied(index),
            _ => state.satisfies(),
        }
    }

    /// What `index` waits for: the steps it needs, and in the place of those that were passed over the ones that they need.
    pub fn waits_for(&self, plan: &Plan, index: StepIndex) -> BTreeSet<StepIndex> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut pending = vec![index];
        while let Some(index) = pending.pop() {
            for need in &plan.step(index).needs {
                if self.lets_through(*need) || !seen.insert(*need) {
                    continue;
                }
                match self.steps[need.0].state.satisfies() {
                    true => pending.push(*need),
                    false => drop(found.insert(*need)),
                }
            }
        }
        found
    }

    /// The first step of the main flow in a state that `wanted` accepts.
    pub fn first_main(
        &self,
        plan: &Plan,
        wanted: impl Fn(&StepState) -> bool,
    ) -> Option<StepIndex> {
        plan.indexed()
            .find(|(index, step)| step.is_main() && wanted(&self.steps[index.0].state))
            .map(|(index, _)| index)
    }

    /// Whether every step of the main flow is settled: succeeded, skipped, not needed, or undone by a step that meant to.
    pub fn is_complete(&self, plan: &Plan) -> bool {
        self.first_main(plan, |state| !self.is_settled(plan, state))
            .is_none()
    }

    fn is_settled(&self, plan: &Plan, state: &StepState) -> bool {
        match state {
            StepState::Succeeded | StepState::Skipped | StepState::NotNeeded => true,
            StepState::Undone { by: Some(by), .. } => plan
                .index_of(by)
                .is_some_and(|index| self.steps[index.0].state.satisfies()),
            StepState::Undone { by: None, .. }
            | StepState::Pending
            | StepState::Running
            | StepState::RolledBack
            | StepState::Up
            | StepState::Held
            | StepState::Failed
            | StepState::Unknown => false,
        }
    }

    /// How many steps of the main flow are satisfied, and how many there are.
    pub fn tally(&self, plan: &Plan) -> (usize, usize) {
        plan.indexed()
            .filter(|(_, step)| step.is_main())
            .fold((0, 0), |(done, all), (index, _)| {
                let state = &self.steps[index.0].state;
                let settled = state.satisfies() || self.is_settled(plan, state);
                (done + usize::from(settled), all + 1)
            })
    }
}
