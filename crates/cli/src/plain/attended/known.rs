//! What is known of a run while its next step is asked about: pure looks at plan, progress and opening.

use stepmark_core::plan::{Plan, Role, Step};
use stepmark_core::progress::{Progress, StepState};
use stepmark_core::record::TransactionStatus;
use stepmark_core::runner::Setting;
use stepmark_core::{ConnectionName, StepIndex};
use stepmark_tui::{Opening, Reach};

use crate::plain::target::target;

/// What is known of a run.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) plan: &'a Plan,
    pub(super) progress: &'a Progress,
    pub(super) opening: &'a Opening,
}

impl<'a> Known<'a> {
    /// The step as planned.
    pub(super) fn step(self, index: StepIndex) -> &'a Step {
        self.plan.step(index)
    }

    /// Its id.
    pub(super) fn id(self, index: StepIndex) -> &'a str {
        self.step(index).id.as_str()
    }

    /// Where it stands.
    pub(super) fn state(self, index: StepIndex) -> &'a StepState {
        &self.progress.step(index).state
    }

    /// The ids of `steps`, in their order.
    pub(super) fn ids(self, steps: &[StepIndex]) -> String {
        let ids: Vec<&str> = steps.iter().map(|index| self.id(*index)).collect();
        ids.join(", ")
    }

    /// The first step of the main flow that nobody knows the outcome of.
    pub(super) fn first_unknown(self) -> Option<StepIndex> {
        self.progress
            .first_main(self.plan, |state| *state == StepState::Unknown)
    }

    /// The first step of the main flow that is in the way of those after it.
    pub(super) fn first_stuck(self) -> Option<StepIndex> {
        self.progress.first_main(self.plan, |state| {
            matches!(
                state,
                StepState::Failed | StepState::Unknown | StepState::Undone { .. }
            )
        })
    }

    /// The first connection with an open transaction, that of `step` before others, and how many steps it holds.
    pub(super) fn open_transaction(
        self,
        step: Option<StepIndex>,
    ) -> Option<(ConnectionName, usize)> {
        let open = self.progress.open_transaction(self.connection_of(step));
        open.map(|(name, known)| (name.clone(), known.held.len()))
    }

    /// A connection whose session was lost with what steps had left in it, that of `step` before others.
    pub(super) fn lacking(self, step: Option<StepIndex>) -> Option<ConnectionName> {
        let lacking = self.progress.lacking(self.connection_of(step));
        lacking.cloned()
    }

    fn connection_of(self, step: Option<StepIndex>) -> Option<&'a ConnectionName> {
        self.step(step?).connection.as_ref()
    }

    /// Where a connection leads, in words.
    pub(super) fn target(self, name: &ConnectionName) -> String {
        if let Some(known) = self.progress.connection(name) {
            return target(&known.target);
        }
        let targets = &self.opening.targets;
        let led = targets.iter().find(|led| led.connection == *name);
        match led.map(|led| (&led.reach, &led.settings)) {
            Some((Reach::Identified(identity), _)) => target(identity),
            Some((Reach::Failed(failure), _)) => format!("not reachable: {}", failure.message),
            Some((Reach::Untried, settings)) => configured(settings),
            None => "not known".to_owned(),
        }
    }

    /// Whether a connection is worth a word where no SQL goes to it: it is declared, or something answered there.
    pub(super) fn is_told_of(self, name: &ConnectionName) -> bool {
        let targets = &self.opening.targets;
        let target = targets.iter().find(|target| target.connection == *name);
        let is_untried = target.is_none_or(|target| matches!(target.reach, Reach::Untried));
        !self.plan.front.connections.is_empty() || !is_untried
    }

    /// The state of a connection's transaction, in words; none where it has no session yet.
    pub(super) fn transaction(self, name: &ConnectionName) -> Option<String> {
        let known = self.progress.connection(name)?;
        Some(match known.transaction {
            TransactionStatus::Idle => "no transaction is open".to_owned(),
            TransactionStatus::Failed => {
                "its transaction has failed and can only be rolled back".to_owned()
            }
            TransactionStatus::Open => match known.held.as_slice() {
                [] => "a transaction is open".to_owned(),
                held => format!("a transaction is open and holds {}", self.ids(held)),
            },
        })
    }

    /// Which one of how many `step` is: of the steps, or of those that undo.
    pub(super) fn place(self, step: StepIndex) -> String {
        let undo = self.progress.rollback().unwrap_or_default();
        if let Some(at) = undo.iter().position(|undo| *undo == step) {
            return format!("undo {}/{}", at + 1, undo.len());
        }
        match self.step(step).role {
            Role::RollbackOf(of) => format!("undoes {}", self.id(of)),
            Role::ProbeOf(of) => format!("probe of {}", self.id(of)),
            Role::Main => {
                let main = || self.plan.indexed().filter(|(_, step)| step.is_main());
                let at = main().position(|(index, _)| index == step).unwrap_or(0);
                format!("{}/{}", at + 1, main().count())
            }
        }
    }
}

fn configured(settings: &[Setting]) -> String {
    let value = |name: &str| {
        let found = settings.iter().find(|setting| setting.name == name);
        found.map_or("?", |setting| setting.value.as_str())
    };
    format!(
        "database {} as {} at {}:{}, not tried yet",
        value("dbname"),
        value("user"),
        value("host"),
        value("port")
    )
}
