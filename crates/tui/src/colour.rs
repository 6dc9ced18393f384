//! How much colour the screen may use.

/// How much colour the screen may use. Meaning is never in colour alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// None: bold, dim, reverse and underline only (`NO_COLOR`).
    Never,
    /// The terminal's own sixteen, so that its theme holds on light and dark backgrounds.
    #[default]
    Sixteen,
}
