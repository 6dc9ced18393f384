//! The signs the screen draws with, for terminals that know Unicode and for those that do not.

use stepmark_core::progress::StepState;

/// Which signs the screen draws with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glyphs {
    /// For a UTF-8 locale.
    #[default]
    Unicode,
    /// For everything else.
    Ascii,
}

impl Glyphs {
    pub(crate) fn state(self, state: &StepState) -> &'static str {
        let (unicode, ascii) = match state {
            StepState::Pending => ("○", "."),
            StepState::Running => ("▶", ">"),
            StepState::Held => ("◆", "="),
            StepState::Succeeded => ("✓", "+"),
            StepState::Failed => ("✗", "!"),
            StepState::Undone { .. } => ("↺", "~"),
            StepState::Up => ("▲", "^"),
            // Far from ↺ and ↩, which look alike.
            StepState::RolledBack => ("◁", "u"),
            StepState::Unknown => ("?", "?"),
            StepState::Skipped => ("–", "-"),
            StepState::NotNeeded => ("∅", "o"),
        };
        self.pick(unicode, ascii)
    }

    /// Before a step that undoes another one.
    pub(crate) fn undoes(self) -> &'static str {
        self.pick("↩", "<")
    }

    /// Before what a step needs.
    pub(crate) fn needs(self) -> &'static str {
        self.pick("←", "<-")
    }

    pub(crate) fn pick(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        match self {
            Self::Unicode => unicode,
            Self::Ascii => ascii,
        }
    }

    pub(crate) fn horizontal(self) -> &'static str {
        self.pick("─", "-")
    }

    pub(crate) fn vertical(self) -> &'static str {
        self.pick("│", "|")
    }

    pub(crate) fn bar(self) -> &'static str {
        self.pick("▌", ">")
    }

    pub(crate) fn dot(self) -> &'static str {
        self.pick(" · ", " - ")
    }

    pub(crate) fn ellipsis(self) -> &'static str {
        self.pick("…", "~")
    }
}
