//! What the operator chose about the screen itself.

use crate::{Colour, Glyphs};

/// What the operator chose about the screen itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether the mouse works; without it the terminal's own selection does.
    pub mouse: bool,
    /// How much colour to use.
    pub colour: Colour,
    /// Which signs to draw with.
    pub glyphs: Glyphs,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mouse: true,
            colour: Colour::default(),
            glyphs: Glyphs::default(),
        }
    }
}
