//! How far the run is undone, in words. Does not decide what is undone: the core's plan does.

use stepmark_core::StepIndex;
use stepmark_core::plan::{Plan, Role};
use stepmark_core::progress::StepState;
use stepmark_core::runner::rollback_plan;

use crate::action::Action;
use crate::screen::Screen;

/// A rollback that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Undoing {
    /// The undo step that runs or comes next.
    pub(crate) step: StepIndex,
    /// Which of them it is, from 1.
    at: usize,
    /// How many there are.
    of: usize,
    /// Whether it waits there since that step did not do what it should.
    pub(crate) stopped: bool,
}

/// The rollback, while something of it is left.
pub(crate) fn under_way(screen: &Screen) -> Option<Undoing> {
    let progress = &screen.progress;
    if progress.ending().is_some() {
        return None;
    }
    let all = progress.rollback()?;
    let step = progress.next_undo()?;
    let at = all.iter().position(|undo| *undo == step)?;
    let state = &progress.step(step).state;
    Some(Undoing {
        step,
        at: at + 1,
        of: all.len(),
        stopped: matches!(state, StepState::Failed | StepState::Unknown),
    })
}

/// Whether `step` undoes something in the rollback under way and has not run yet.
pub(crate) fn is_due(screen: &Screen, step: StepIndex) -> bool {
    let pending = screen.progress.step(step).state == StepState::Pending;
    let listed = screen.progress.rollback();
    pending && listed.is_some_and(|all| all.contains(&step))
}

/// How far the rollback is, for the title row.
pub(crate) fn how_far(undoing: Undoing) -> String {
    let Undoing {
        at, of, stopped, ..
    } = undoing;
    match stopped {
        true => format!("rollback stopped at {at} of {of}"),
        false => format!("rolling back {at} of {of}"),
    }
}

/// How far the rollback is, for somebody who leaves.
pub(crate) fn left_at(undoing: Undoing) -> String {
    let Undoing {
        at, of, stopped, ..
    } = undoing;
    match stopped {
        true => format!("The rollback has stopped at {at} of {of}."),
        false => format!("The rollback is at {at} of {of}."),
    }
}

/// What there is to say of a rollback that is over, until something else runs.
pub(crate) fn closing(screen: &Screen) -> Option<String> {
    let progress = &screen.progress;
    progress.rollback()?;
    if progress.next_undo().is_some() || progress.running().is_some() {
        return None;
    }
    let left = rollback_plan(screen.plan(), progress, None);
    let key = |action| screen.keys.named(action);
    Some(match left.undo.is_empty() {
        true => format!(
            "all that has an undo is undone; {} leaves, and the run ends as rolled back",
            key(Action::Leave)
        ),
        false => format!(
            "the rollback is over; {} undoes what is left, Enter does a step again",
            key(Action::Undo)
        ),
    })
}

/// The step of the main flow that `step` is, or belongs to.
pub(crate) fn main_step(plan: &Plan, step: StepIndex) -> StepIndex {
    match plan.step(step).role {
        Role::Main => step,
        Role::RollbackOf(of) | Role::ProbeOf(of) => of,
    }
}
