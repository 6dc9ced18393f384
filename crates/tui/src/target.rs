//! What stands at a place of the screen.

use stepmark_core::StepIndex;

use crate::action::Action;
use crate::screen::Pane;

/// What stands at a place of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A button, or a key's name at the bottom.
    Action(Action),
    /// A step, in the tree or on the page.
    Step(StepIndex),
    /// A pane, beside everything it holds.
    Pane(Pane),
    /// A field of the dialog.
    Field(usize),
    /// The dialog, beside its buttons and fields.
    Dialog,
}
