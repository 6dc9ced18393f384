//! Text of others kept in its place: nothing in it ends a cell, a fence or a line, or becomes mark-up.

use crate::report::plain::plain;

/// Text that stays text in a line or a table cell.
pub(super) fn inline(text: &str) -> String {
    let text = plain(text);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        let after = &text[at + character.len_utf8()..];
        match character {
            '\n' | '\t' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' | '!' => {
                out.push('\\');
                out.push(character);
            }
            // Many readers make links of bare addresses; the text of a log is not for clicking. Nothing keeps them from
            // doing so with mail addresses, which lead nowhere by themselves.
            ':' if after.starts_with("//") => out.push_str("&#58;"),
            '.' if before.eq_ignore_ascii_case(&'w') => out.push_str("&#46;"),
            _ => out.push(character),
        }
        before = character;
    }
    out
}

/// A fence longer than any run of backticks in `text`, so that nothing in it can end it.
pub(super) fn fenced(out: &mut String, language: &str, text: &str) {
    let text = plain(text);
    let longest = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let newline = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    out.push_str(&format!("{fence}{language}\n{text}{newline}{fence}\n\n"));
}
