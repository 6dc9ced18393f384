//! What is known of a run while its next step is asked about: pure looks at plan, progress and opening.

use stepmark_core::plan::{Plan, Role, Step};
use stepmark_core::progress::{Progress, StepState};
use stepmark_core::record::{Outcome, TransactionStatus};
use stepmark_core::runner::{Setting, may_roll_back, may_start};
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

/// What can be done about an unknown step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ways {
    /// Where evidence is looked for, if it can be.
    pub(super) evidence: Option<Search>,
    /// Its probe, where that is not what looking for evidence runs.
    pub(super) probe: Option<StepIndex>,
    /// Whether it is an undo step that may simply run again.
    pub(super) again: bool,
    /// Whether something undoes it.
    pub(super) undo: bool,
}

/// Where evidence of what an unknown step did is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// The server knows what became of the transaction.
    Server,
    /// The step is idempotent: it starts again.
    Again,
    /// This probe looks.
    Probe(StepIndex),
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

    /// Whether people depend on what it works on.
    pub(super) fn is_production(self) -> bool {
        let environment = self.plan.front.environment.as_deref().map(str::trim);
        !self.opening.scratch
            && environment.is_some_and(|word| word.eq_ignore_ascii_case("production"))
    }

    /// The first connection with an open transaction, that of `step` before others, and how many steps it holds.
    pub(super) fn open_transaction(
        self,
        step: Option<StepIndex>,
    ) -> Option<(ConnectionName, usize)> {
        let of_step = step.and_then(|step| self.step(step).connection.as_ref());
        self.progress
            .connections()
            .filter(|(_, known)| known.transaction != TransactionStatus::Idle)
            .min_by_key(|(name, _)| Some(*name) != of_step)
            .map(|(name, known)| (name.clone(), known.held.len()))
    }

    /// A connection whose session was lost with what steps had left in it, that of `step` before others.
    pub(super) fn lacking(self, step: Option<StepIndex>) -> Option<ConnectionName> {
        let of_step = step.and_then(|step| self.step(step).connection.as_ref());
        self.progress
            .connections()
            .filter(|(_, known)| !known.missing.is_empty())
            .min_by_key(|(name, _)| Some(*name) != of_step)
            .map(|(name, _)| name.clone())
    }

    /// The background steps that are up.
    pub(super) fn up(self) -> Vec<StepIndex> {
        let steps = self.plan.indexed();
        steps
            .filter(|(index, _)| *self.state(*index) == StepState::Up)
            .map(|(index, _)| index)
            .collect()
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

    /// The transaction of `step` that the server can be asked about.
    pub(super) fn announced(self, step: StepIndex) -> Option<&'a str> {
        let known = self.progress.step(step);
        let is_open = matches!(known.outcome, Some(Outcome::Unknown { .. }) | None);
        let planned = self.step(step);
        let id = known.transaction_id.as_deref()?;
        (planned.sql.transaction && planned.connection.is_some() && is_open).then_some(id)
    }

    /// What can be done about the unknown `step`.
    pub(super) fn ways(self, step: StepIndex) -> Ways {
        let planned = self.step(step);
        let may_start = || may_start(self.plan, self.progress, step).is_ok();
        let probe = self.plan.probes_of(step).next();
        let evidence = match () {
            () if self.announced(step).is_some() => Some(Search::Server),
            () if planned.flow.idempotent => may_start().then_some(Search::Again),
            () => probe.map(Search::Probe),
        };
        let undo = may_roll_back(self.plan, self.progress, Some(step)).is_ok_and(|found| {
            let undoes = |index: &StepIndex| self.step(*index).role == Role::RollbackOf(step);
            found.undo.iter().any(undoes)
        });
        Ways {
            evidence,
            probe: probe.filter(|_| !matches!(evidence, Some(Search::Probe(_)))),
            again: matches!(planned.role, Role::RollbackOf(_)) && may_start(),
            undo,
        }
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
