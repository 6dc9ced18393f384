//! How much colour the screen may use.

/// How much colour the screen may use. Meaning is never in colour alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colour {
    /// None: bold, dim, reverse and underline only (`NO_COLOR`).
    Never,
    /// The terminal's own sixteen, so that its theme holds on light and dark backgrounds.
    #[default]
    Sixteen,
    /// Those, and xterm's cube and greys.
    Indexed,
    /// Any.
    Full,
}

impl Colour {
    /// What a terminal can show that calls itself `term` (`TERM`), with `COLORTERM` and `NO_COLOR` as they are set.
    pub fn of_terminal(
        term: Option<&str>,
        colorterm: Option<&str>,
        no_color: Option<&str>,
    ) -> Self {
        let term = term.unwrap_or_default();
        let full = matches!(colorterm, Some("truecolor" | "24bit"));
        match no_color {
            Some(set) if !set.is_empty() => Self::Never,
            Some(_) | None if matches!(term, "dumb" | "vt100" | "vt220") => Self::Never,
            Some(_) | None if full || term.ends_with("-direct") => Self::Full,
            Some(_) | None if term.contains("256color") => Self::Indexed,
            Some(_) | None => Self::Sixteen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_shows_what_it_says_it_can() {
        let cases = [
            (None, None, None, Colour::Sixteen),
            (Some("xterm"), None, None, Colour::Sixteen),
            (Some("linux"), None, None, Colour::Sixteen),
            (Some("xterm-256color"), None, None, Colour::Indexed),
            (Some("tmux-256color"), Some("truecolor"), None, Colour::Full),
            (Some("xterm-direct"), None, None, Colour::Full),
            (Some("xterm"), Some("24bit"), Some("1"), Colour::Never),
            (Some("xterm"), Some("24bit"), Some(""), Colour::Full),
            (Some("vt100"), None, None, Colour::Never),
        ];
        for (term, colorterm, no_color, expected) in cases {
            let found = Colour::of_terminal(term, colorterm, no_color);
            assert_eq!(found, expected, "{term:?} {colorterm:?} {no_color:?}");
        }
    }
}
