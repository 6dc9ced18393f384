//! Which step comes next where the operator looks at another one. The line above the keys names it, and Enter goes there where
//! it cannot run what is selected: both ask here.

use stepmark_core::StepIndex;
use stepmark_core::progress::StepState;
use stepmark_core::runner::Activity;

use crate::screen::Screen;
use crate::undoing;

/// The step that comes next, where it is not the selected one and nothing else wants the operator first.
pub(crate) fn elsewhere(screen: &Screen) -> Option<StepIndex> {
    let plan = screen.plan();
    let stands = |state: &StepState| matches!(state, StepState::Failed | StepState::Unknown);
    let is_quiet = screen.glimpse.activity == Activity::Idle
        && screen.progress.running().is_none()
        && screen.progress.ending().is_none()
        && !screen.over
        && undoing::closing(screen).is_none()
        && undoing::under_way(screen).is_none()
        && screen.progress.first_main(plan, stands).is_none();
    let next = screen.progress.next().filter(|_| is_quiet)?;
    (screen.selected != Some(next)).then_some(next)
}
