//! Something that can be clicked to do something.

use ratatui::layout::Rect;

use crate::action::Action;

/// Something that can be clicked to do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Button {
    pub(crate) area: Rect,
    pub(crate) action: Action,
    pub(crate) label: String,
}
