//! Makes text from a server safe to show: control characters become visible escapes. Does not colour or cut it.

use std::borrow::Cow;

/// Whether the character would act on a terminal, or reorder what is shown, instead of being shown.
pub(crate) fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// `text` with every control character but newline and tab escaped as psql escapes it in tables: `\x1B`, `\u0085`.
/// Carriage returns before a newline are dropped.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    // Block by block, and each to its end, so that it becomes vector code: COPY brings all its data through here.
    let plain = |plain: bool, byte: &u8| plain & matches!(byte, b'\n' | b'\t' | 0x20..0x7f);
    let mut blocks = text.as_bytes().chunks(64);
    if blocks.all(|block| block.iter().fold(true, plain)) {
        return Cow::Borrowed(text);
    }
    let harmless = |character: char| matches!(character, '\n' | '\t') || !acts(character);
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            _ if harmless(character) => shown.push(character),
            _ => push_escaped(&mut shown, character),
        }
    }
    Cow::Owned(shown)
}

/// `text` on one line: newlines and tabs become spaces, other control characters are escaped.
pub(crate) fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => shown.push(' '),
            '\r' => {}
            _ if acts(character) => push_escaped(&mut shown, character),
            _ => shown.push(character),
        }
    }
    shown
}

/// The escape psql shows for a control character in a table: `\r`, `\x1B`, `\u0085`.
pub(crate) fn push_escaped(shown: &mut String, character: char) {
    use std::fmt::Write as _;

    let written = match u32::from(character) {
        0x0d => shown.write_str("\\r"),
        code @ 0..0x80 => write!(shown, "\\x{code:02X}"),
        code => write!(shown, "\\u{code:04X}"),
    };
    written.expect("writing to a string does not fail");
}

#[cfg(test)]
mod tests {
    use super::{line, text};

    #[test]
    fn control_characters_become_visible_and_text_stays() {
        let cases = [
            ("plain ä 漢 🦀\n\ttwo", "plain ä 漢 🦀\n\ttwo"),
            ("\u{1b}]0;title\u{7}x", "\\x1B]0;title\\x07x"),
            ("a\r\nb\rc", "a\nb\\rc"),
            ("\u{9b}2J\u{7f}\0", "\\u009B2J\\x7F\\x00"),
            ("pay \u{202e}dlog", "pay \\u202Edlog"),
        ];
        for (given, expected) in cases {
            assert_eq!(text(given), expected);
        }
        assert_eq!(line("a\nb\tc\u{1b}d\r"), "a b c\\x1Bd");
    }
}
