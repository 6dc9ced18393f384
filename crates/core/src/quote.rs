//! Values as SQL text, quoted as libpq's `PQescapeLiteral` and `PQescapeIdentifier` do, and as a word of a shell.
//! A NUL character cannot be sent to PostgreSQL at all and is not looked for here.

/// `value` as a string literal that means the same under either `standard_conforming_strings`:
/// with a backslash in it the form is ` E'…'`, blank in front so that it cannot join a word.
pub fn literal(value: &str) -> String {
    let escaped = value.contains('\\');
    let mut quoted = String::with_capacity(value.len() + 4);
    quoted.push_str(if escaped { " E'" } else { "'" });
    for character in value.chars() {
        if matches!(character, '\'' | '\\') {
            quoted.push(character);
        }
        quoted.push(character);
    }
    quoted.push('\'');
    quoted
}

/// `value` as a quoted identifier; quoted always, so case is kept.
pub fn identifier(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}

/// `value` as one word of a POSIX shell; quoted always.
pub fn shell(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_as_libpq_does() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\b'"), r" E'a\\b'''");
        assert_eq!(literal(""), "''");
        assert_eq!(identifier("Tab\"le"), "\"Tab\"\"le\"");
    }
}
