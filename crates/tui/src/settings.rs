//! What the operator chose about the screen itself. Does not read where: the program gives it.

use crate::{Clipboard, Colour, Glyphs, Keys, Theme};

/// What the operator chose about the screen itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether the mouse works; without it the terminal's own selection does.
    pub mouse: bool,
    /// How much colour the terminal can show.
    pub colour: Colour,
    /// Which background the colours are for.
    pub theme: Theme,
    /// Which signs to draw with.
    pub glyphs: Glyphs,
    /// Keys that were given to actions beside or instead of the usual ones.
    pub keys: Keys,
    /// Where what is copied goes.
    pub clipboard: Clipboard,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mouse: true,
            colour: Colour::default(),
            theme: Theme::default(),
            glyphs: Glyphs::default(),
            keys: Keys::default(),
            clipboard: Clipboard::default(),
        }
    }
}
