//! Styles by what they mean. Only the terminal's own sixteen colours, and never colour alone.

use ratatui::style::{Color, Modifier, Style};
use stepmark_core::progress::StepState;

use crate::Colour;

/// Styles by what they mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    pub(crate) colour: Colour,
}

impl Palette {
    pub(crate) fn plain(self) -> Style {
        Style::new()
    }

    pub(crate) fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(crate) fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(crate) fn accent(self) -> Style {
        self.fore(Color::Cyan)
    }

    pub(crate) fn good(self) -> Style {
        self.fore(Color::Green)
    }

    pub(crate) fn bad(self) -> Style {
        self.fore(Color::Red).add_modifier(Modifier::BOLD)
    }

    pub(crate) fn warn(self) -> Style {
        self.fore(Color::Yellow)
    }

    pub(crate) fn title_bar(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    pub(crate) fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    pub(crate) fn button(self) -> Style {
        self.accent()
            .add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    pub(crate) fn quiet_button(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(crate) fn alarm(self) -> Style {
        self.fore(Color::Red)
            .add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    pub(crate) fn warning_badge(self) -> Style {
        self.fore(Color::Yellow)
            .add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    pub(crate) fn heading(self, level: u8) -> Style {
        match level {
            1 => self
                .accent()
                .add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            2 => self.accent().add_modifier(Modifier::BOLD),
            _ => self.strong(),
        }
    }

    pub(crate) fn inline_code(self) -> Style {
        self.fore(Color::Magenta)
    }

    pub(crate) fn state(self, state: &StepState) -> Style {
        match state {
            StepState::Pending => self.plain(),
            StepState::Running => self.accent().add_modifier(Modifier::BOLD),
            StepState::Held => self.warn(),
            StepState::Succeeded => self.good(),
            StepState::Failed => self.bad(),
            StepState::Undone { .. } => self.warn(),
            StepState::Up => self.accent(),
            StepState::RolledBack => self.warn(),
            StepState::Unknown => self.bad(),
            StepState::Skipped | StepState::NotNeeded => self.dim(),
        }
    }

    pub(crate) fn fore(self, colour: Color) -> Style {
        match self.colour {
            Colour::Sixteen => Style::new().fg(colour),
            Colour::Never => Style::new(),
        }
    }
}
