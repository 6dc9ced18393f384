//! Finds passwords that are written down: `PASSWORD '…'`, `password=…` of a connection string or an environment, and
//! `scheme://user:password@host`. Does not judge whether one is in use, and takes what is put in later for none.

use std::ops::Range;

use crate::{Lexer, TokenKind, percent_decoded};

/// A password in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretLiteral {
    /// Where it stands, quotes included; in a string within a string, the outer one.
    pub range: Range<usize>,
    /// The password itself.
    pub value: String,
}

impl SecretLiteral {
    /// The same, where its text stands `by` bytes further on.
    fn moved(self, by: usize) -> Self {
        Self {
            range: self.range.start + by..self.range.end + by,
            ..self
        }
    }
}

/// Strings within strings are looked into this deep: a function's body, and what that executes.
const NESTED_MAX: usize = 4;
/// What stands for a password.
const SIGN: &str = "‹password›";
/// What ends a password that is not quoted.
const UNQUOTED_END: &str = " \t\r\n'\"`;&|,)(";
/// What begins something that is put in later: a variable, a format, a sign for "here goes".
const PLACEHOLDERS: &str = "$:%{<*[\\";

/// The passwords in a script for psql or a server, in order.
pub fn secrets_in_sql(text: &str) -> Vec<SecretLiteral> {
    nested_in_sql(text, NESTED_MAX)
}

fn nested_in_sql(text: &str, depth: usize) -> Vec<SecretLiteral> {
    let mut found = Vec::new();
    let names = |word: &[u8]| word.eq_ignore_ascii_case(b"password");
    if !text.contains("://") && !text.as_bytes().windows(8).any(names) {
        return found;
    }
    let mut is_named = false;
    for token in Lexer::new(text, true) {
        let range = token.range;
        let written = &text[range.clone()];
        match token.kind {
            TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment => continue,
            TokenKind::String if is_named => push(&mut found, range, unquoted(written)),
            TokenKind::String => within(&mut found, range, secrets_in_text(&unquoted(written))),
            TokenKind::DollarString => {
                let tag = written[1..].find('$').map_or(1, |end| end + 2);
                let (open, rest) = written.split_at(tag);
                let inner = rest.strip_suffix(open).unwrap_or(rest);
                let ones = match depth {
                    0 => secrets_in_text(inner),
                    _ => nested_in_sql(inner, depth - 1),
                };
                found.extend(ones.into_iter().map(|one| one.moved(range.start + tag)));
            }
            TokenKind::MetaCommand => {
                let ones = secrets_in_text(written).into_iter();
                found.extend(ones.map(|one| one.moved(range.start)));
            }
            _ => {}
        }
        is_named = token.kind == TokenKind::Word && written.eq_ignore_ascii_case("password");
    }
    found
}

/// The passwords in any other text, such as a shell's, in order.
pub fn secrets_in_text(text: &str) -> Vec<SecretLiteral> {
    let mut found = Vec::new();
    let lower = text.to_ascii_lowercase();
    for (at, word) in lower.match_indices("password") {
        let end = at + word.len();
        let rest = &text[end..];
        let after = rest.trim_start_matches([' ', '\t']);
        let start = text.len() - after.len();
        if let Some(after) = after.strip_prefix('=') {
            let blanks = after.len() - after.trim_start_matches(' ').len();
            assigned(&mut found, text, start + 1 + blanks);
        } else if start > end && (after.starts_with('\'') || after.starts_with("E'")) {
            quoted(&mut found, text, start + after.find('\'').unwrap_or(0));
        }
    }
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let end = text[start..].find(|one| " \t\r\n'\"`/?#<>|\\)".contains(one));
        let authority = &text[start..end.map_or(text.len(), |end| start + end)];
        let password = authority
            .rsplit_once('@')
            .and_then(|(user, _)| user.split_once(':'));
        if let Some((user, password)) = password {
            let start = start + user.len() + 1;
            push(
                &mut found,
                start..start + password.len(),
                percent_decoded(password),
            );
        }
    }
    found.sort_by_key(|one| one.range.start);
    found
}

/// `text` with a sign in the place of each password, within its quotes.
pub fn without_secrets(text: &str, found: &[SecretLiteral]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for one in found.iter().filter(|one| !one.value.is_empty()) {
        if one.range.start >= at {
            shown.push_str(&text[at..one.range.start]);
            shown.push_str(&masked_secret(&text[one.range.clone()]));
        }
        at = at.max(one.range.end);
    }
    shown + &text[at..]
}

/// What is shown for a password that is written like `literal`: a sign, within the same quotes if there are any.
pub fn masked_secret(literal: &str) -> String {
    let prefix = literal
        .find(['\'', '"'])
        .filter(|at| literal[..*at].len() <= 2 && literal.len() > at + 1);
    match prefix {
        Some(at) if literal.ends_with(&literal[at..=at]) => {
            let (open, quote) = (&literal[..=at], &literal[at..=at]);
            format!("{open}{SIGN}{quote}")
        }
        _ => SIGN.to_owned(),
    }
}

/// What `password=` at the end of what stands before `at` is given.
fn assigned(found: &mut Vec<SecretLiteral>, text: &str, at: usize) {
    let rest = &text[at..];
    if let Some(inner) = rest.strip_prefix("''") {
        // Quoted within a string that is quoted itself.
        if let Some(end) = inner.find("''") {
            push(found, at..at + end + 4, inner[..end].to_owned());
        }
    } else if rest.starts_with('\'') {
        quoted(found, text, at);
    } else if let Some(inner) = rest.strip_prefix('"') {
        let end = inner.find('"');
        let value = &inner[..end.unwrap_or(inner.len())];
        let quotes = 1 + usize::from(end.is_some());
        push(found, at..at + value.len() + quotes, value.to_owned());
    } else {
        let end = rest.find(|one| UNQUOTED_END.contains(one));
        let value = &rest[..end.unwrap_or(rest.len())];
        push(found, at..at + value.len(), value.to_owned());
    }
}

/// A string that begins with the quote at `at`.
fn quoted(found: &mut Vec<SecretLiteral>, text: &str, at: usize) {
    let mut end = at + 1;
    while let Some(quote) = text[end..].find('\'') {
        end += quote + 1;
        if !text[end..].starts_with('\'') {
            let value = text[at + 1..end - 1].replace("''", "'");
            return push(found, at..end, value);
        }
        end += 1;
    }
}

fn push(found: &mut Vec<SecretLiteral>, range: Range<usize>, value: String) {
    let is_put_in_later = value.starts_with(|first| PLACEHOLDERS.contains(first));
    if !value.is_empty() && !is_put_in_later {
        found.push(SecretLiteral { range, value });
    }
}

fn within(found: &mut Vec<SecretLiteral>, range: Range<usize>, inner: Vec<SecretLiteral>) {
    found.extend(inner.into_iter().map(|one| SecretLiteral {
        range: range.clone(),
        value: one.value,
    }));
}

/// What a string token stands for, as far as quotes and backslashes go.
fn unquoted(token: &str) -> String {
    let Some((prefix, rest)) = token.split_once('\'') else {
        return String::new();
    };
    let inner = rest.strip_suffix('\'').unwrap_or(rest).replace("''", "'");
    match prefix {
        "E" | "e" => inner.replace("\\'", "'").replace("\\\\", "\\"),
        _ => inner,
    }
}

#[cfg(test)]
mod tests {
    use super::{SecretLiteral, secrets_in_sql, secrets_in_text, without_secrets};

    fn values(found: &[SecretLiteral]) -> Vec<&str> {
        found.iter().map(|one| one.value.as_str()).collect()
    }

    #[test]
    fn strings_within_strings_are_looked_into_as_deep_as_people_write_them_and_no_deeper() {
        check_sql("$a$ $b$ PASSWORD 'inner' $b$ $a$", &["inner"]);
        let nested: String = (0..100_000).map(|n| format!("$a{n}$ ")).collect();
        check_sql(&(nested + "PASSWORD 'innermost'"), &["innermost"]);
    }

    #[track_caller]
    fn check_sql(text: &str, expected: &[&str]) {
        assert_eq!(values(&secrets_in_sql(text)), expected, "{text}");
    }

    #[track_caller]
    fn check_text(text: &str, expected: &[&str]) {
        assert_eq!(values(&secrets_in_text(text)), expected, "{text}");
    }

    #[test]
    fn passwords_of_roles_and_user_mappings_are_found() {
        check_sql("CREATE ROLE a LOGIN PASSWORD 'it''s';", &["it's"]);
        check_sql(
            "alter user a with encrypted password /* now */\n E'a\\\\b';",
            &["a\\b"],
        );
        check_sql("OPTIONS (user 'u', password 'abcd')", &["abcd"]);
        check_sql(
            "DO $x$ BEGIN ALTER ROLE a PASSWORD 'in a block'; END $x$;",
            &["in a block"],
        );
        check_sql("EXECUTE 'ALTER ROLE a PASSWORD ''nested''';", &["nested"]);
    }

    #[test]
    fn passwords_of_connection_strings_and_addresses_are_found() {
        check_sql("CONNECTION 'host=h password=s3cret user=u'", &["s3cret"]);
        check_sql(
            "CONNECTION 'host=h password=''s3 cret'' user=u'",
            &["s3 cret"],
        );
        check_sql("SELECT dblink('postgresql://u:p%40ss@h/d');", &["p@ss"]);
        check_sql("\\connect 'host=h password=s3cret'", &["s3cret"]);
        check_text(
            "PGPASSWORD=abc psql \"password = 'd e f'\"",
            &["abc", "d e f"],
        );
        check_text("export PGPASSWORD=\"a b\"", &["a b"]);
        check_text("psql postgres://u:word@h:5432/d?x=1", &["word"]);
        check_text("psql -c \"ALTER ROLE a PASSWORD 'abcd'\"", &["abcd"]);
    }

    #[test]
    fn what_is_put_in_later_and_what_only_speaks_of_passwords_is_none() {
        check_sql(
            "ALTER ROLE a PASSWORD :'pw'; ALTER ROLE b PASSWORD NULL;",
            &[],
        );
        check_sql("EXECUTE format('ALTER ROLE a PASSWORD %L', pw);", &[]);
        check_sql(
            "SELECT 'wrong password ' || 'x', password, 'y' FROM t;",
            &[],
        );
        check_text(
            "PGPASSWORD=$pw psql password=${pw} password='' --password -W",
            &[],
        );
        check_text(
            "psql postgres://u@h/d https://h:443/x?a=b@c postgres://u:$pw@h",
            &[],
        );
    }

    #[test]
    fn what_is_found_can_be_taken_out() {
        let text = "ALTER ROLE a PASSWORD 'abcd' VALID UNTIL 'x';";
        let found = secrets_in_sql(text);
        let shown = "ALTER ROLE a PASSWORD '‹password›' VALID UNTIL 'x';";
        assert_eq!(without_secrets(text, &found), shown);
        let text = "PGPASSWORD=\"a b\" PGPASSWORD=abc psql postgres://u:word@h/d PASSWORD 'it''s'";
        let shown = "PGPASSWORD=\"‹password›\" PGPASSWORD=‹password› psql postgres://u:‹password›@h/d \
                     PASSWORD '‹password›'";
        assert_eq!(without_secrets(text, &secrets_in_text(text)), shown);
        let text = "ALTER ROLE a PASSWORD E'x\\'y'; SELECT 'host=h password=abc';";
        let shown = "ALTER ROLE a PASSWORD E'‹password›'; SELECT '‹password›';";
        assert_eq!(without_secrets(text, &secrets_in_sql(text)), shown);
    }
}
