//! A reference to a psql variable found in the text; nothing is substituted here.

use std::ops::Range;

use crate::VariableForm;

/// One place where psql would substitute a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The byte range of the whole reference, colon included.
    pub range: Range<usize>,
    /// The name alone: letters, digits, underscores and non-ASCII characters, so `a[1:2]` names `2`.
    pub name: String,
    /// How it is written.
    pub form: VariableForm,
}

impl Variable {
    /// Reads the reference at `range` of `text`.
    pub(crate) fn read(text: &str, range: Range<usize>, form: VariableForm) -> Self {
        let (front, back) = match form {
            VariableForm::Plain => (1, 0),
            VariableForm::Literal | VariableForm::Identifier => (2, 1),
            VariableForm::Test => (3, 1),
        };
        let name = text[range.start + front..range.end - back].to_owned();
        Self { range, name, form }
    }
}
