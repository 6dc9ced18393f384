//! The parts of the screen that take keys and the wheel.

/// A part of the screen that takes keys and the wheel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    /// The steps.
    Tree,
    /// The runbook.
    Page,
    /// What the step printed.
    Output,
}

impl Pane {
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Tree => Self::Page,
            Self::Page => Self::Output,
            Self::Output => Self::Tree,
        }
    }

    pub(crate) fn previous(self) -> Self {
        self.next().next()
    }
}
