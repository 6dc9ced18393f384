//! Variables in the text of a SQL step, written as psql writes them, and what takes their place. Does not find the values.

use std::ops::Range;

use crate::VariableName;
use crate::quote::{identifier, literal};

/// A place in a step's text where a variable's value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The bytes of the body's text that are replaced, colon included.
    pub range: Range<usize>,
    /// The variable.
    pub name: VariableName,
    /// How its value is written there.
    pub form: SlotForm,
}

/// How a value is written in SQL (psql, "SQL Interpolation").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotForm {
    /// `:name`, bare: only a number, a boolean or a plain identifier.
    Plain,
    /// `:'name'`, a string literal.
    Literal,
    /// `:"name"`, a quoted identifier.
    Identifier,
    /// `:{?name}`, TRUE or FALSE by whether it has a value.
    Test,
}

/// What a variable has for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound<'a> {
    /// A value.
    Value(&'a str),
    /// A value that may not be seen here; the reference stays as it is written.
    Secret,
    /// None: the step that captures it did not run.
    Missing,
}

/// Bytes of a text to replace, and by what.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// Which bytes.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}

/// Does not show the text, which may be secret.
impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edit")
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// Why a slot cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotProblem {
    /// Where in the body's text.
    pub range: Range<usize>,
    /// The variable.
    pub name: VariableName,
    /// What is wrong, as the end of a sentence about it; never the value.
    pub why: &'static str,
}

/// The edits that put values into `slots`, in order. Secrets are left out; a second call that is given their values
/// fills them too.
///
/// # Errors
/// The first slot whose variable has no value, or one that cannot stand there.
pub fn edits<'a>(
    slots: &[Slot],
    value: impl Fn(&VariableName) -> Bound<'a>,
) -> Result<Vec<Edit>, SlotProblem> {
    let mut edits = Vec::with_capacity(slots.len());
    for slot in slots {
        let text = match (slot.form, value(&slot.name)) {
            (SlotForm::Test, Bound::Missing) => "FALSE".to_owned(),
            (SlotForm::Test, Bound::Value(_) | Bound::Secret) => "TRUE".to_owned(),
            (_, Bound::Secret) => continue,
            (_, Bound::Missing) => return Err(slot.problem("has no value: the step that captures it was not run")),
            (SlotForm::Literal, Bound::Value(value)) => literal(value),
            (SlotForm::Identifier, Bound::Value(value)) => identifier(value),
            (SlotForm::Plain, Bound::Value(value)) if is_plain(value) => value.to_owned(),
            (SlotForm::Plain, Bound::Value(_)) => return Err(slot.problem(
                "is neither a number, a boolean nor a plain identifier, so it cannot stand bare in SQL; write :'name' for a literal or :\"name\" for an identifier",
            )),
        };
        edits.push(Edit {
            range: slot.range.clone(),
            text,
        });
    }
    Ok(edits)
}

/// `text` with each of `edits`, in order and disjoint, carried out.
pub fn replaced(text: &str, edits: &[Edit]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        result.push_str(&text[from..edit.range.start]);
        result.push_str(&edit.text);
        from = edit.range.end;
    }
    result.push_str(&text[from..]);
    result
}

impl Slot {
    fn problem(&self, why: &'static str) -> SlotProblem {
        SlotProblem {
            range: self.range.clone(),
            name: self.name.clone(),
            why,
        }
    }
}

/// Whether a value may stand in SQL without quotes: it cannot be anything but one number or one name.
fn is_plain(value: &str) -> bool {
    let name = value.strip_prefix(|first: char| first.is_ascii_alphabetic() || first == '_');
    name.is_some_and(|rest| {
        rest.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }) || super::InputKind::Number.accepts(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(form: SlotForm) -> Slot {
        Slot {
            range: 7..11,
            name: VariableName::new("x"),
            form,
        }
    }

    fn filled(form: SlotForm, bound: Bound<'_>) -> Result<Vec<String>, &'static str> {
        edits(&[slot(form)], |_| bound)
            .map(|edits| edits.into_iter().map(|edit| edit.text).collect())
            .map_err(|problem| problem.why.split([':', ',']).next().unwrap())
    }

    #[test]
    fn each_form_writes_a_value_as_psql_does() {
        let cases = [
            (SlotForm::Literal, "O'Neil \\", Ok(" E'O''Neil \\\\'")),
            (SlotForm::Identifier, "a\"b", Ok("\"a\"\"b\"")),
            (SlotForm::Plain, "app_db", Ok("app_db")),
            (SlotForm::Plain, "-1.5e3", Ok("-1.5e3")),
            (SlotForm::Plain, "true", Ok("true")),
            (
                SlotForm::Plain,
                "1; DROP TABLE t",
                Err("is neither a number"),
            ),
            (SlotForm::Plain, "a b", Err("is neither a number")),
            (SlotForm::Plain, "ä", Err("is neither a number")),
            (SlotForm::Plain, "", Err("is neither a number")),
            (SlotForm::Test, "", Ok("TRUE")),
        ];
        for (form, value, expected) in cases {
            let expected = expected.map(|text: &str| vec![text.to_owned()]);
            assert_eq!(
                filled(form, Bound::Value(value)),
                expected,
                "{form:?} {value}"
            );
        }
    }

    #[test]
    fn values_take_the_place_of_their_slots() {
        let text = "select :'a', :b";
        let slots = [
            (7..11, "a", SlotForm::Literal),
            (13..15, "b", SlotForm::Plain),
        ]
        .map(|(range, name, form)| Slot {
            range,
            name: VariableName::new(name),
            form,
        });
        let edits = edits(&slots, |name| match name.as_str() {
            "a" => Bound::Value("it's"),
            _ => Bound::Secret,
        });
        assert_eq!(replaced(text, &edits.unwrap()), "select 'it''s', :b");
    }

    #[test]
    fn a_secret_stays_a_reference_and_a_missing_value_is_told() {
        assert_eq!(filled(SlotForm::Literal, Bound::Secret), Ok(Vec::new()));
        assert_eq!(
            filled(SlotForm::Test, Bound::Missing),
            Ok(vec!["FALSE".to_owned()])
        );
        assert_eq!(
            filled(SlotForm::Literal, Bound::Missing),
            Err("has no value")
        );
    }
}
