//! How far this version carries an attribute out.

/// What becomes of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttributeStatus {
    /// It has its meaning.
    CarriedOut,
    /// It is read and kept; a run without its effect is still the run the author meant.
    Kept,
    /// It is an error, since a run without its effect would be another run.
    Unsupported,
}
