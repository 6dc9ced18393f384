//! What of a SQL step's text the graph must know. Does not keep the statements.

use stepmark_core::plan::Span;

/// What is known about the statements of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SqlFacts {
    /// Whether it is one statement that is all or nothing.
    pub(crate) atomic: bool,
    /// The variables it uses, in order.
    pub(crate) variables: Vec<VariableUse>,
}

/// A place where a variable is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VariableUse {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// Whether it must be declared; a bare `:x` that is not is left alone.
    pub(crate) declared: bool,
}
