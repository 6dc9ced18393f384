//! What can be done about a step whose outcome nobody knows. Asks the core what is permitted; does none of it.

use stepmark_core::StepIndex;
use stepmark_core::plan::Role;
use stepmark_core::progress::StepState;
use stepmark_core::record::Outcome;
use stepmark_core::runner::{may_roll_back, may_start};

use crate::screen::Screen;

/// What can be done about an unknown step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ways {
    /// Where evidence is looked for, if it can be.
    pub(crate) evidence: Option<Search>,
    /// Its probe, where that is not what looking for evidence runs.
    pub(crate) probe: Option<StepIndex>,
    /// Whether it is an undo step that may simply run again.
    pub(crate) again: bool,
    /// Whether something undoes it.
    pub(crate) undo: bool,
}

/// Where evidence of what an unknown step did is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// The server knows what became of the transaction.
    Server,
    /// The step is idempotent: it starts again.
    Again,
    /// This probe looks.
    Probe(StepIndex),
}

/// What can be done about `step`.
pub(crate) fn ways(screen: &Screen, step: StepIndex) -> Ways {
    let plan = screen.plan();
    let planned = plan.step(step);
    let probe = plan.probes_of(step).next();
    let evidence = match () {
        () if announced(screen, step).is_some() => Some(Search::Server),
        () if planned.is_repeatable() => {
            let may = may_start(plan, &screen.progress, step).is_ok();
            may.then_some(Search::Again)
        }
        () => probe.map(Search::Probe),
    };
    let undo = may_roll_back(plan, &screen.progress, Some(step)).is_ok_and(|found| {
        let undoes = |index: &StepIndex| plan.step(*index).role == Role::RollbackOf(step);
        found.undo.iter().any(undoes)
    });
    let is_undo = matches!(planned.role, Role::RollbackOf(_));
    Ways {
        evidence,
        probe: probe.filter(|_| !matches!(evidence, Some(Search::Probe(_)))),
        again: is_undo && may_start(plan, &screen.progress, step).is_ok(),
        undo,
    }
}

/// The transaction of `step` that the server can be asked about.
pub(crate) fn announced(screen: &Screen, step: StepIndex) -> Option<&str> {
    let known = screen.progress.step(step);
    let ended = matches!(known.outcome, Some(Outcome::Unknown { .. }) | None);
    let planned = screen.plan().step(step);
    let id = known.transaction_id.as_deref()?;
    (planned.sql.transaction && planned.connection.is_some() && ended).then_some(id)
}

/// The first step of the main flow that nobody knows the outcome of.
pub(crate) fn first(screen: &Screen) -> Option<StepIndex> {
    let wanted = |state: &StepState| *state == StepState::Unknown;
    screen.progress.first_main(screen.plan(), wanted)
}
