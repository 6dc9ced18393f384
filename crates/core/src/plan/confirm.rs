//! What a person must say before a step starts.

/// The `confirm` attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Yes or no.
    Ask,
    /// This exact text must be typed.
    Typed(String),
}
