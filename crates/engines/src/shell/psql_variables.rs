//! Writes variables as psql reads them: a script of `\set` lines, which psql runs before the step's own text, so that values
//! are in no argument and the step's lines keep their numbers. Does not hand it over.

use std::fmt::Write;

use super::unstartable::Unstartable;

/// The script that sets `variables`.
///
/// # Errors
/// A name that psql does not allow, a value with a NUL byte.
pub(super) fn script(variables: &[(String, String)]) -> Result<String, Unstartable> {
    let mut script = String::new();
    for (name, value) in variables {
        let refuse = |because| {
            Err(Unstartable::VariableInvalid {
                name: name.clone(),
                because,
            })
        };
        if !is_name(name) {
            return refuse("psql allows letters, digits and underscores only");
        }
        if value.contains('\0') {
            return refuse("its value holds a NUL byte, which psql cannot take");
        }
        script.push_str("\\set ");
        script.push_str(name);
        script.push_str(" '");
        value.bytes().for_each(|byte| push(&mut script, byte));
        script.push_str("'\n");
    }
    Ok(script)
}

fn is_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
    !name.is_empty() && name.bytes().all(is_allowed)
}

/// Adds a byte of a value, as itself or as psql's octal escape. A quoted word ends with its line, and in some client encodings
/// (SJIS, BIG5) psql takes a quote or backslash after a byte that is not ASCII for the second half of a character.
fn push(script: &mut String, byte: u8) {
    match byte {
        b'\'' | b'\\' | ..b' ' | b'\x7f'.. => {
            write!(script, "\\{byte:03o}").expect("a String takes everything");
        }
        _ => script.push(byte.into()),
    }
}
