//! What can be done about a step whose outcome nobody knows. The runner, the screen and the lines ask here, so none of them
//! promises what another does not do.

use super::{may_roll_back, may_start, resolving};
use crate::StepIndex;
use crate::plan::{Plan, Role};
use crate::progress::Progress;

/// What can tell what an unknown step did, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// The record: its COMMIT was never announced there, without which none is sent.
    NeverCommitted,
    /// The server, of the transaction whose COMMIT was announced.
    Server,
    /// The step itself: it may start again, whatever it did.
    Again,
    /// This probe of it.
    Probe(StepIndex),
}

/// What can tell what the unknown `step` did; none where only the operator can.
pub fn witness(plan: &Plan, progress: &Progress, step: StepIndex) -> Option<Witness> {
    let planned = plan.step(step);
    let known = progress.step(step);
    if planned.sql.transaction && known.transaction_id.is_none() {
        return Some(Witness::NeverCommitted);
    }
    if resolving::can_tell(plan, progress, step, known.outcome.as_ref()) {
        return Some(Witness::Server);
    }
    match planned.is_repeatable() {
        true => Some(Witness::Again),
        false => plan.probes_of(step).next().map(Witness::Probe),
    }
}

/// What can be done about an unknown step, apart from the operator's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// What settles it by itself, where that can begin now.
    pub witness: Option<Witness>,
    /// Its probe, where that is not the witness.
    pub probe: Option<StepIndex>,
    /// Whether it is an undo step that may simply run again, which its witness would not do.
    pub again: bool,
    /// Whether something undoes it.
    pub undo: bool,
}

impl Ways {
    /// The ways out for the unknown `step`.
    pub fn of(plan: &Plan, progress: &Progress, step: StepIndex) -> Self {
        let can_start = |step: StepIndex| may_start(plan, progress, step).is_ok();
        let can_begin = |witness: &Witness| match witness {
            Witness::NeverCommitted | Witness::Server => true,
            Witness::Again => can_start(step),
            Witness::Probe(probe) => can_start(*probe),
        };
        let witness = witness(plan, progress, step).filter(can_begin);
        let is_witness = |probe: &StepIndex| witness == Some(Witness::Probe(*probe));
        let probe = plan.probes_of(step).next();
        let undo = may_roll_back(plan, progress, Some(step)).is_ok_and(|found| {
            let undoes = |index: &StepIndex| plan.step(*index).role == Role::RollbackOf(step);
            found.undo.iter().any(undoes)
        });
        let is_undo = matches!(plan.step(step).role, Role::RollbackOf(_));
        Self {
            witness,
            probe: probe.filter(|probe| !is_witness(probe) && can_start(*probe)),
            again: is_undo && can_start(step) && witness != Some(Witness::Again),
            undo,
        }
    }
}
