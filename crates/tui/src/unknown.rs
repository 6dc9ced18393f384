//! Where the steps are whose outcome nobody knows. What can be done about one the core says.

use stepmark_core::StepIndex;
use stepmark_core::progress::StepState;

use crate::screen::Screen;

/// The first step of the main flow that nobody knows the outcome of.
pub(crate) fn first(screen: &Screen) -> Option<StepIndex> {
    let wanted = |state: &StepState| *state == StepState::Unknown;
    screen.progress.first_main(screen.plan(), wanted)
}
