//! Which commands work now. Both `decide` and the screen ask here, so they cannot disagree.

use super::Refusal;
use super::rollback::may_roll_back;
use super::session_state::{in_the_way, is_missing};
use crate::plan::{Expectation, Plan, Role, StepKind};
use crate::progress::{Progress, StepState};
use crate::record::TransactionStatus;
use crate::{StepId, StepIndex};

/// Whether `step` may start now; a `confirm` question is not looked at, since asking is how it starts.
pub fn may_start(plan: &Plan, progress: &Progress, step: StepIndex) -> Result<(), Refusal> {
    idle(plan, progress)?;
    let id = || plan.step(step).id.clone();
    match plan.step(step).role {
        Role::Main => {}
        Role::RollbackOf(_) if progress.next_undo() == Some(step) => {
            return outside_failed_transaction(plan, progress, step);
        }
        Role::ProbeOf(of) if progress.step(of).attempt.is_some() => {
            return outside_failed_transaction(plan, progress, step);
        }
        Role::RollbackOf(_) | Role::ProbeOf(_) => return Err(Refusal::NotInMainFlow(id())),
    }
    match &progress.step(step).state {
        StepState::Pending
        | StepState::Failed
        | StepState::Undone { .. }
        | StepState::RolledBack
        | StepState::Skipped => {}
        StepState::Succeeded if progress.step(step).again || is_missing(plan, progress, step) => {}
        StepState::Up | StepState::Held | StepState::Succeeded | StepState::NotNeeded => {
            return Err(Refusal::AlreadyDone(id()));
        }
        StepState::Unknown if plan.step(step).is_repeatable() => {}
        StepState::Unknown => return Err(Refusal::OutcomeUnknown(id())),
        StepState::Running => return Err(Refusal::StepRunning(id())),
    }
    if !progress.needs_satisfied(step) && !is_due_anyway(plan, progress, step) {
        return Err(Refusal::NeedsMissing {
            step: id(),
            missing: missing(plan, progress, step),
        });
    }
    if let Some(Expectation::SameAs(other)) = plan.step(step).expectation
        && progress.step(other).again
    {
        let missing = vec![(plan.step(other).id.clone(), "to be run again for its rows")];
        let step = id();
        return Err(Refusal::NeedsMissing { step, missing });
    }
    if let Some(refusal) = in_the_way(plan, progress, step) {
        return Err(refusal);
    }
    outside_transaction(plan, progress, step)?;
    outside_failed_transaction(plan, progress, step)
}

/// Whether an `always` step may start although something it needs failed: once all of it has started.
pub(super) fn is_due_anyway(plan: &Plan, progress: &Progress, step: StepIndex) -> bool {
    let planned = plan.step(step);
    planned.flow.always
        && planned
            .needs
            .iter()
            .all(|need| progress.step(*need).state != StepState::Pending)
}

/// Whether `step` may be passed over now, given a reason.
pub fn may_skip(plan: &Plan, progress: &Progress, step: StepIndex) -> Result<(), Refusal> {
    idle(plan, progress)?;
    let planned = plan.step(step);
    if planned.required {
        return Err(Refusal::Required(planned.id.clone()));
    }
    if !planned.is_main() && progress.next_undo() != Some(step) {
        return Err(Refusal::NotInMainFlow(planned.id.clone()));
    }
    match &progress.step(step).state {
        StepState::Pending
        | StepState::Failed
        | StepState::Undone { .. }
        | StepState::RolledBack => Ok(()),
        StepState::Unknown => Err(Refusal::OutcomeUnknown(planned.id.clone())),
        StepState::Running => Err(Refusal::StepRunning(planned.id.clone())),
        StepState::Up
        | StepState::Held
        | StepState::Succeeded
        | StepState::Skipped
        | StepState::NotNeeded => Err(Refusal::AlreadyDone(planned.id.clone())),
    }
}

/// The commands that would work now with `step` selected, for a footer of keys.
pub fn permitted(plan: &Plan, progress: &Progress, step: Option<StepIndex>) -> Permitted {
    let idle = idle(plan, progress).is_ok();
    Permitted {
        start: step.is_some_and(|step| may_start(plan, progress, step).is_ok()),
        skip: step.is_some_and(|step| may_skip(plan, progress, step).is_ok()),
        run_on: idle && progress.next().is_some(),
        retry: step.is_some_and(|step| {
            matches!(
                progress.step(step).state,
                StepState::Failed | StepState::Undone { .. } | StepState::Succeeded
            ) && may_start(plan, progress, step).is_ok()
        }),
        cancel: progress.running().is_some(),
        abandon: idle
            && progress
                .connections()
                .any(|(_, connection)| connection.transaction != TransactionStatus::Idle),
        roll_back: may_roll_back(plan, progress, None).is_ok(),
        resolve: idle && step.is_some_and(|step| progress.step(step).state == StepState::Unknown),
        probe: idle
            && step.is_some_and(|step| {
                let mut probes = plan.probes_of(step);
                probes
                    .next()
                    .is_some_and(|probe| may_start(plan, progress, probe).is_ok())
            }),
        waive: idle
            && progress
                .connections()
                .any(|(_, connection)| !connection.missing.is_empty()),
        stop: step.is_some_and(|step| progress.step(step).state == StepState::Up),
        leave: idle,
    }
}

/// Which commands would work now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permitted {
    /// [`super::Command::Start`], or [`super::Command::Tick`] for a manual step.
    pub start: bool,
    /// [`super::Command::Skip`].
    pub skip: bool,
    /// [`super::Command::RunOn`].
    pub run_on: bool,
    /// [`super::Command::Start`] of a step that was tried before.
    pub retry: bool,
    /// [`super::Command::Cancel`].
    pub cancel: bool,
    /// [`super::Command::Abandon`].
    pub abandon: bool,
    /// [`super::Command::RollBack`] of all of the run.
    pub roll_back: bool,
    /// [`super::Command::Settle`] and [`super::Command::Resolve`].
    pub resolve: bool,
    /// [`super::Command::Probe`].
    pub probe: bool,
    /// [`super::Command::Waive`].
    pub waive: bool,
    /// [`super::Command::StopBackground`].
    pub stop: bool,
    /// [`super::Command::Leave`].
    pub leave: bool,
}

fn idle(plan: &Plan, progress: &Progress) -> Result<(), Refusal> {
    if progress.ending().is_some() {
        return Err(Refusal::RunEnded);
    }
    match progress.running() {
        Some(running) => Err(Refusal::StepRunning(plan.step(running).id.clone())),
        None => Ok(()),
    }
}

fn missing(plan: &Plan, progress: &Progress, step: StepIndex) -> Vec<(StepId, &'static str)> {
    progress
        .waits_for(plan, step)
        .into_iter()
        .map(|need| (plan.step(need).id.clone(), progress.step(need).state.word()))
        .collect()
}

fn outside_transaction(plan: &Plan, progress: &Progress, step: StepIndex) -> Result<(), Refusal> {
    let planned = plan.step(step);
    let (StepKind::Sql, Some(name)) = (planned.kind, &planned.connection) else {
        return Ok(());
    };
    match progress.connection(name).and_then(|known| known.opener) {
        Some(opener) if !plan.descends(step, opener) => Err(Refusal::OutsideTransaction {
            step: planned.id.clone(),
            connection: name.clone(),
            opener: plan.step(opener).id.clone(),
        }),
        _ => Ok(()),
    }
}

/// What a failed transaction lets through is what ends it, or goes back to a savepoint in it.
fn outside_failed_transaction(
    plan: &Plan,
    progress: &Progress,
    step: StepIndex,
) -> Result<(), Refusal> {
    let planned = plan.step(step);
    let (StepKind::Sql, Some(name), false) =
        (planned.kind, &planned.connection, planned.sql.leads_out)
    else {
        return Ok(());
    };
    match progress.connection(name).map(|known| known.transaction) {
        Some(TransactionStatus::Failed) => Err(Refusal::TransactionFailed {
            step: planned.id.clone(),
            connection: name.clone(),
        }),
        Some(TransactionStatus::Idle | TransactionStatus::Open) | None => Ok(()),
    }
}
