//! Which background the colours are chosen for.

/// Which background the colours are chosen for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The terminal's own sixteen colours, or those for a light background where the terminal says that it has one.
    #[default]
    Auto,
    /// Colours of our own for a dark background.
    Dark,
    /// Colours of our own for a light background.
    Light,
    /// No colours: bold, dim, reverse and underline only.
    None,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Dark, Self::Light, Self::None];

    /// Its word in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::None => "none",
        }
    }

    /// The theme on a terminal whose `COLORFGBG` is this: [`Theme::Auto`] becomes [`Theme::Light`] on a light background.
    pub fn on(self, colorfgbg: Option<&str>) -> Self {
        let colours = colorfgbg.and_then(|colours| colours.rsplit_once(';'));
        match (self, colours) {
            (Self::Auto, Some((_, "7" | "15"))) => Self::Light,
            (theme, _) => theme,
        }
    }

    /// The theme of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_auto_looks_at_the_background_and_only_a_light_one_changes_it() {
        for light in ["0;15", "0;default;15", "12;7"] {
            assert_eq!(Theme::Auto.on(Some(light)), Theme::Light, "{light}");
        }
        for other in ["15;0", "7;8", "0;default", "15", "", ";", "0;15;"] {
            assert_eq!(Theme::Auto.on(Some(other)), Theme::Auto, "{other}");
        }
        assert_eq!(Theme::Auto.on(None), Theme::Auto);
        for chosen in [Theme::Dark, Theme::Light, Theme::None] {
            assert_eq!(chosen.on(Some("0;15")), chosen);
        }
    }
}
