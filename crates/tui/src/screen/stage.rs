//! Before and after the first Enter.

/// Before and after the first Enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// What will run where.
    First,
    /// The run.
    Main,
}
