//! What of a SQL step's text the graph must know. Does not keep the statements.

use std::ops::Range;

use stepmark_core::plan::{SessionState, SlotForm, Span};
use stepmark_sql::Change;

/// What is known about the statements of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SqlFacts {
    /// Whether it is one statement that is all or nothing.
    pub(crate) atomic: bool,
    /// Whether its statements only ask.
    pub(crate) asks_only: bool,
    /// Whether its first statement is one that a server takes in a failed transaction.
    pub(crate) leads_out: bool,
    /// What it leaves in its session, each kind once.
    pub(crate) leaves: Vec<SessionState>,
    /// The variables it uses, in order.
    pub(crate) variables: Vec<VariableUse>,
    /// What it makes and takes away, in order.
    pub(crate) changes: Vec<PlacedChange>,
}

/// A place where a variable is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VariableUse {
    pub(crate) name: String,
    pub(crate) form: SlotForm,
    /// Its bytes in the step's text.
    pub(crate) range: Range<usize>,
    /// Its place in the source.
    pub(crate) span: Span,
}

impl VariableUse {
    /// Whether it must be declared; a bare `:x` that is not is left alone.
    pub(crate) fn must_be_declared(&self) -> bool {
        match self.form {
            SlotForm::Plain => false,
            SlotForm::Literal | SlotForm::Identifier | SlotForm::Test => true,
        }
    }
}

/// A change and the statement that makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlacedChange {
    pub(crate) change: Change,
    /// The statement's place in the source.
    pub(crate) span: Span,
}
