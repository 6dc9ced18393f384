//! The colours of each theme, for what a terminal can show. The background stays the terminal's own.

use ratatui::style::Color;

use crate::{Colour, Theme};

/// What a colour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hue {
    /// What can be pressed, what is under way.
    Accent,
    /// What went well.
    Good,
    /// What did not.
    Bad,
    /// What wants to be looked at.
    Warn,
    /// Code inside a line of text.
    Code,
    /// A keyword.
    Keyword,
    /// A string.
    String,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// A variable.
    Variable,
}

/// The sixteen, the index into xterm's cube, red, green and blue.
struct Shade(Option<Color>, u8, (u8, u8, u8));

impl Hue {
    /// Its colour; none where the terminal's own for text is best.
    pub(crate) fn colour(self, depth: Colour, theme: Theme) -> Option<Color> {
        let shade = match theme {
            Theme::None => return None,
            Theme::Auto | Theme::Dark => self.dark(),
            Theme::Light => self.light(),
        };
        let Shade(sixteen, index, (red, green, blue)) = shade;
        match (depth, theme) {
            (Colour::Never, _) => None,
            (Colour::Sixteen, _) | (_, Theme::Auto | Theme::None) => sixteen,
            (Colour::Indexed, Theme::Dark | Theme::Light) => Some(Color::Indexed(index)),
            (Colour::Full, Theme::Dark | Theme::Light) => Some(Color::Rgb(red, green, blue)),
        }
    }

    fn dark(self) -> Shade {
        match self {
            Self::Accent => Shade(Some(Color::Cyan), 80, (0x61, 0xc8, 0xd4)),
            Self::Good => Shade(Some(Color::Green), 114, (0x8c, 0xc5, 0x70)),
            Self::Bad => Shade(Some(Color::Red), 203, (0xff, 0x6b, 0x6b)),
            Self::Warn => Shade(Some(Color::Yellow), 221, (0xf0, 0xc6, 0x74)),
            Self::Code => Shade(Some(Color::Magenta), 176, (0xce, 0x93, 0xd8)),
            Self::Keyword => Shade(None, 111, (0x82, 0xaa, 0xff)),
            Self::String => Shade(Some(Color::Green), 150, (0xa5, 0xd6, 0x8a)),
            Self::Number => Shade(Some(Color::Magenta), 216, (0xf5, 0xa9, 0x7f)),
            Self::Comment => Shade(None, 246, (0x96, 0x9e, 0xaa)),
            Self::Variable => Shade(Some(Color::Yellow), 222, (0xf5, 0xcb, 0x7f)),
        }
    }

    /// Yellow and cyan of the sixteen cannot be read on white.
    fn light(self) -> Shade {
        match self {
            Self::Accent => Shade(Some(Color::Blue), 24, (0x0b, 0x5c, 0x85)),
            Self::Good => Shade(Some(Color::Green), 28, (0x1e, 0x7a, 0x2e)),
            Self::Bad => Shade(Some(Color::Red), 124, (0xb4, 0x1c, 0x1c)),
            Self::Warn => Shade(Some(Color::Magenta), 130, (0x9a, 0x55, 0x00)),
            Self::Code => Shade(Some(Color::Magenta), 90, (0x7b, 0x1f, 0x8f)),
            Self::Keyword => Shade(Some(Color::Blue), 25, (0x1c, 0x4f, 0xb5)),
            Self::String => Shade(Some(Color::Green), 22, (0x2a, 0x66, 0x2a)),
            Self::Number => Shade(Some(Color::Magenta), 94, (0x8a, 0x45, 0x00)),
            Self::Comment => Shade(None, 240, (0x5c, 0x63, 0x70)),
            Self::Variable => Shade(Some(Color::Red), 94, (0x7a, 0x4d, 0x00)),
        }
    }
}

/// `colour`, or what is nearest to it among those that a terminal can show.
pub(crate) fn shown(colour: Color, depth: Colour) -> Option<Color> {
    match (colour, depth) {
        (_, Colour::Never) => None,
        (Color::Rgb(red, green, blue), Colour::Sixteen) => {
            Some(nearest_of_sixteen([red, green, blue]))
        }
        (Color::Rgb(red, green, blue), Colour::Indexed) => {
            Some(Color::Indexed(nearest_index([red, green, blue])))
        }
        (Color::Indexed(index), Colour::Sixteen) => Some(match index {
            0..16 => SIXTEEN[usize::from(index)],
            16.. => nearest_of_sixteen(of_index(index)),
        }),
        (colour, Colour::Sixteen | Colour::Indexed | Colour::Full) => Some(colour),
    }
}

/// The sixteen in the order of their numbers.
pub(crate) const SIXTEEN: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// What the sixteen are in xterm.
const SIXTEEN_RGB: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

fn nearest_of_sixteen(wanted: [u8; 3]) -> Color {
    let nearest = (0..16).min_by_key(|at| distance(SIXTEEN_RGB[*at], wanted));
    SIXTEEN[nearest.unwrap_or(0)]
}

fn nearest_index(wanted: [u8; 3]) -> u8 {
    let nearest = (16..=255).min_by_key(|index| distance(of_index(*index), wanted));
    nearest.unwrap_or(16)
}

/// What a number beyond the sixteen is in xterm: its cube, then its greys.
fn of_index(index: u8) -> [u8; 3] {
    if index >= 232 {
        return [8 + 10 * (index - 232); 3];
    }
    let cube = index.saturating_sub(16);
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    [level(cube / 36), level(cube / 6 % 6), level(cube % 6)]
}

fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    let square = |at: usize| u32::from(one[at].abs_diff(other[at])).pow(2);
    (0..3).map(square).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_that_a_terminal_cannot_show_become_the_nearest_it_can() {
        let cases = [
            (
                Color::Rgb(250, 5, 5),
                Colour::Sixteen,
                Some(Color::LightRed),
            ),
            (
                Color::Rgb(255, 0, 0),
                Colour::Indexed,
                Some(Color::Indexed(196)),
            ),
            (Color::Rgb(1, 2, 3), Colour::Full, Some(Color::Rgb(1, 2, 3))),
            (
                Color::Indexed(208),
                Colour::Indexed,
                Some(Color::Indexed(208)),
            ),
            (Color::Indexed(9), Colour::Sixteen, Some(Color::LightRed)),
            (Color::Indexed(244), Colour::Sixteen, Some(Color::DarkGray)),
            (Color::Red, Colour::Sixteen, Some(Color::Red)),
            (Color::Red, Colour::Never, None),
        ];
        for (colour, depth, expected) in cases {
            assert_eq!(shown(colour, depth), expected, "{colour} {depth:?}");
        }
    }

    #[test]
    fn the_terminals_own_colours_are_used_unless_a_background_is_named() {
        let accent = |depth, theme| Hue::Accent.colour(depth, theme);
        assert_eq!(accent(Colour::Full, Theme::Auto), Some(Color::Cyan));
        assert_eq!(
            accent(Colour::Indexed, Theme::Dark),
            Some(Color::Indexed(80))
        );
        assert_eq!(accent(Colour::Sixteen, Theme::Light), Some(Color::Blue));
        assert_eq!(accent(Colour::Full, Theme::None), None);
        assert_eq!(accent(Colour::Never, Theme::Dark), None);
    }
}
