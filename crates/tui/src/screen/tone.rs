//! How grave a notice is.

/// How grave a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something was done.
    Note,
    /// Something was not done.
    Warning,
    /// Nothing more will run.
    Alarm,
}
