//! Text of steps, outputs and servers made harmless for a page: colours go, what would act unseen is shown.

use std::fmt::Write as _;

/// `text` without colour sequences, and with every control or direction character but newline and tab spelled out.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(acts) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        if let Some(length) = colour_bytes(tail) {
            rest = &tail[length..];
            continue;
        }
        let character = tail.chars().next().expect("one was found");
        let _ = write!(out, "<U+{:04X}>", u32::from(character));
        rest = &tail[character.len_utf8()..];
    }
    out.push_str(rest);
    out
}

/// Whether a character does something to what stands around it: Unicode's Cc, and the direction marks of UAX 9.
fn acts(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => true,
        _ => character.is_control(),
    }
}

/// How many bytes a colour sequence at the start of `text` has: `ESC [ digits and ; m`.
fn colour_bytes(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("\u{1b}[")?;
    let end = inner.find(|sign: char| !sign.is_ascii_digit() && sign != ';' && sign != ':')?;
    inner[end..].starts_with('m').then_some(2 + end + 1)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn colours_go_and_what_acts_is_spelled_out() {
        let table = [
            ("a\u{1b}[1;31mb\u{1b}[0m\tc\n", "ab\tc\n"),
            ("\u{1b}]0;x\u{7}", "<U+001B>]0;x<U+0007>"),
            ("\u{1b}[2J", "<U+001B>[2J"),
            ("x\u{202e}y\r", "x<U+202E>y<U+000D>"),
            ("\u{1b}[", "<U+001B>["),
        ];
        for (text, expected) in table {
            assert_eq!(plain(text), expected);
        }
    }
}
