//! The value a variable has in a run.

/// The value a variable has in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// A value that was recorded.
    Known(String),
    /// A secret, of which only the fact is recorded.
    Secret,
}

impl Binding {
    /// The binding that a record with `value` made.
    pub(super) fn recorded(value: Option<&String>) -> Self {
        value.map_or(Self::Secret, |value| Self::Known(value.clone()))
    }
}
