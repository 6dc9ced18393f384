//! Words, quotes and comments of shell code, for colour alone: what the shell itself makes of them is not decided here.

use std::ops::Range;

use stepmark_sql::Class;

const KEYWORDS: [&str; 24] = [
    "if", "then", "elif", "else", "fi", "for", "in", "while", "until", "do", "done", "case",
    "esac", "function", "select", "return", "exit", "set", "export", "local", "declare", "trap",
    "time", "!",
];

/// The classes of `text`, in order; what lies between two stretches is plain.
pub(super) fn highlight(text: &str) -> Vec<(Range<usize>, Class)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut is_word_start = true;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (length, class) = match c {
            '#' if is_word_start => (line_end(rest), Some(Class::Comment)),
            '\'' => (quoted(rest, '\''), Some(Class::String)),
            '"' => {
                let length = quoted(rest, '"');
                in_double_quotes(rest, at, length, &mut found);
                (length, None)
            }
            '\\' => (1 + rest[1..].chars().next().map_or(0, char::len_utf8), None),
            '$' => match variable(rest) {
                1 => (1, None),
                length => (length, Some(Class::Variable)),
            },
            c if is_word_start && (c.is_alphanumeric() || c == '!') => {
                let length = word(rest).max(c.len_utf8());
                let is_keyword = KEYWORDS.contains(&&rest[..length]);
                (length, is_keyword.then_some(Class::Keyword))
            }
            c => (c.len_utf8(), None),
        };
        if let Some(class) = class {
            found.push((at..at + length, class));
        }
        at += length;
        is_word_start = text[..at].ends_with([' ', '\t', '\n', ';', '(', ')', '|', '&', '`', '{']);
    }
    found
}

fn line_end(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// The length of a quotation, both quotes included; up to the text's end where it is not closed.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The parts of a double quotation: strings and variables by turns.
fn in_double_quotes(
    rest: &str,
    start: usize,
    length: usize,
    found: &mut Vec<(Range<usize>, Class)>,
) {
    let mut from = 0;
    let mut at = 0;
    while at < length {
        let step = match rest.as_bytes()[at] {
            b'\\' => 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8),
            b'$' => {
                let variable = variable(&rest[at..length]);
                if variable > 1 {
                    if from < at {
                        found.push((start + from..start + at, Class::String));
                    }
                    found.push((start + at..start + at + variable, Class::Variable));
                    from = at + variable;
                }
                variable
            }
            _ => rest[at..].chars().next().map_or(1, char::len_utf8),
        };
        at += step;
    }
    if from < length {
        found.push((start + from..start + length, Class::String));
    }
}

/// The length of `$name`, `${…}` or `$1`; 1 where the dollar is only a dollar, or opens a command.
fn variable(rest: &str) -> usize {
    let after = &rest[1..];
    match after.chars().next() {
        Some('{') => after.find('}').map_or(1, |end| end + 2),
        Some(c) if c.is_ascii_alphabetic() || c == '_' => {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            1 + end.unwrap_or(after.len())
        }
        Some('0'..='9' | '?' | '#' | '@' | '*' | '!' | '$') => 2,
        Some(_) | None => 1,
    }
}

fn word(rest: &str) -> usize {
    let end = rest.find(|c: char| !c.is_alphanumeric() && !"_-./!".contains(c));
    end.unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[(&str, Class)]) {
        let found: Vec<(&str, Class)> = highlight(text)
            .into_iter()
            .map(|(range, class)| (&text[range], class))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_quotes_variables_and_comments_are_told_apart() {
        use Class::{Comment, Keyword, String, Variable};
        check(
            "for batch in $(seq 1 200); do # each\n  psql -v b=\"$batch\" -c 'it''s'\ndone\n",
            &[
                ("for", Keyword),
                ("in", Keyword),
                ("do", Keyword),
                ("# each", Comment),
                ("\"", String),
                ("$batch", Variable),
                ("\"", String),
                ("'it'", String),
                ("'s'", String),
                ("done", Keyword),
            ],
        );
        check("echo ${x:-'y'} a#b \\\"if", &[("${x:-'y'}", Variable)]);
        check("do-it --if=x", &[]);
        check("'open", &[("'open", String)]);
        check("\"a\\\"b$\"", &[("\"a\\\"b$\"", String)]);
    }

    proptest! {
        #[test]
        fn stretches_are_in_order_and_at_characters(text in "[ -~\n\t\u{e4}\u{4e16}]{0,60}") {
            let mut end = 0;
            for (range, _) in highlight(&text) {
                prop_assert!(range.start >= end && range.start < range.end);
                prop_assert!(text.get(range.clone()).is_some());
                end = range.end;
            }
        }
    }
}
