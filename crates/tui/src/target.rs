//! What stands at a place of the screen.

use stepmark_core::StepIndex;

use crate::action::Action;
use crate::screen::{Border, Pane};

/// What stands at a place of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A button, or a key's name at the bottom.
    Action(Action),
    /// A step, in the tree or on the page.
    Step(StepIndex),
    /// A pane, beside everything it holds.
    Pane(Pane),
    /// A border between panes, which can be dragged; a click on it gives the keys to the pane it belongs to.
    Border(Border, Pane),
    /// A field of the dialog.
    Field(usize),
    /// Where it is said that there are more lines.
    More,
    /// The dialog, beside its buttons and fields.
    Dialog,
}
