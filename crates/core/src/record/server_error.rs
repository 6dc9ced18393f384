//! An error as the server sent it.

use serde::{Deserialize, Serialize};

use crate::plan::Position;

/// The fields of an ErrorResponse (PostgreSQL protocol, "Error and Notice Message Fields") that were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerError {
    /// `ERROR`, `FATAL` or `PANIC`.
    pub severity: String,
    /// The five characters of the SQLSTATE.
    pub sqlstate: String,
    /// The primary message.
    pub message: String,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    /// Call stack of PL/pgSQL and the like.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub context: Option<String>,
    /// Schema of the object concerned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schema: Option<String>,
    /// Table concerned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// Column concerned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<String>,
    /// Constraint concerned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub constraint: Option<String>,
    /// Where in the runbook, or in `file`: the character the server pointed at, else the statement's start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub position: Option<Position>,
    /// The included file that this place is in; none for the runbook itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
}

/// A text of a record is cut after this many bytes, so that an outcome fits the space reserved for it; the output has
/// the whole.
pub const TEXT_BYTES_MAX: usize = 1024;

impl ServerError {
    /// The same with every long text cut at [`TEXT_BYTES_MAX`].
    #[must_use]
    pub fn bounded(mut self) -> Self {
        bound(&mut self.message);
        let optional = [
            &mut self.detail,
            &mut self.hint,
            &mut self.context,
            &mut self.schema,
            &mut self.table,
            &mut self.column,
            &mut self.constraint,
        ];
        optional.into_iter().flatten().for_each(bound);
        self
    }
}

/// Cuts `text` at [`TEXT_BYTES_MAX`], at a character, and marks the cut.
pub(crate) fn bound(text: &mut String) {
    if text.len() > TEXT_BYTES_MAX {
        let end = text.floor_char_boundary(TEXT_BYTES_MAX);
        text.truncate(end);
        text.push('…');
    }
}
