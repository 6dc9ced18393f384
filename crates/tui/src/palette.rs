//! Styles by what they mean, and never by colour alone. Does not choose the colours: `hue` does.

use ratatui::style::{Modifier, Style};
use stepmark_core::progress::StepState;

use crate::hue::Hue;
use crate::{Colour, Theme};

/// Styles by what they mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    pub(crate) colour: Colour,
    theme: Theme,
}

impl Palette {
    pub(crate) fn new(colour: Colour, theme: Theme) -> Self {
        let colour = match theme {
            Theme::None => Colour::Never,
            Theme::Auto | Theme::Dark | Theme::Light => colour,
        };
        Self { colour, theme }
    }

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
        self.fore(Hue::Accent)
    }

    pub(crate) fn good(self) -> Style {
        self.fore(Hue::Good)
    }

    pub(crate) fn bad(self) -> Style {
        self.fore(Hue::Bad).add_modifier(Modifier::BOLD)
    }

    pub(crate) fn warn(self) -> Style {
        self.fore(Hue::Warn)
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
        self.fore(Hue::Bad)
            .add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    pub(crate) fn warning_badge(self) -> Style {
        self.fore(Hue::Warn)
            .add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    /// What a search found.
    pub(crate) fn found(self) -> Style {
        self.fore(Hue::Warn).add_modifier(Modifier::REVERSED)
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
        self.fore(Hue::Code)
    }

    pub(crate) fn keyword(self) -> Style {
        match self.theme {
            Theme::Auto | Theme::None => self.strong(),
            Theme::Dark | Theme::Light => self.fore(Hue::Keyword),
        }
    }

    pub(crate) fn string(self) -> Style {
        self.fore(Hue::String)
    }

    pub(crate) fn number(self) -> Style {
        self.fore(Hue::Number)
    }

    pub(crate) fn comment(self) -> Style {
        self.fore(Hue::Comment).add_modifier(Modifier::DIM)
    }

    pub(crate) fn variable(self) -> Style {
        self.fore(Hue::Variable)
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

    fn fore(self, hue: Hue) -> Style {
        hue.colour(self.colour, self.theme)
            .map_or(Style::new(), |colour| Style::new().fg(colour))
    }
}
