//! Characters that make a step look other than what it is. Ordinary text of any script is left alone.

use stepmark_core::plan::Span;

use crate::diagnostics::Diagnostics;
use crate::{Code, Diagnostic};

/// Reports the first character in `text` that changes or hides how text looks, whose bytes stand at `place` of their
/// range in `text`; `what` names the text.
pub(crate) fn check(
    text: &str,
    what: &str,
    place: impl Fn(Span) -> Span,
    diagnostics: &mut Diagnostics<'_>,
) {
    let plain = text
        .bytes()
        .take_while(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t'))
        .count();
    let found = text[plain..]
        .char_indices()
        .map(|(at, character)| (plain + at, character))
        .find(|(_, character)| is_hidden(*character) || is_control(*character));
    let Some((at, character)) = found else {
        return;
    };
    let point = format!("U+{:04X}", u32::from(character));
    let span = place(at..at + character.len_utf8());
    let diagnostic = if is_hidden(character) {
        Diagnostic::error(
            Code::InvisibleCharacter,
            span,
            format!("{what} holds {point} ({})", name(character)),
        )
        .with_help("remove it: what is shown must be what is run")
    } else {
        Diagnostic::error(
            Code::ControlCharacter,
            span,
            format!("{what} holds the control character {point}"),
        )
        .with_help(
            "remove it, or write it as an escape of the language, such as $'\\x1b' or E'\\x1b'",
        )
    };
    diagnostics.report(diagnostic);
}

fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
}

fn name(character: char) -> &'static str {
    match character {
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{2060}' => "word joiner",
        '\u{feff}' => "zero width no-break space",
        '\u{2028}' | '\u{2029}' => "line or paragraph separator",
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "bidirectional control"
        }
        _ => "invisible character",
    }
}

/// `text` with hidden and control characters written out, for messages.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) || character.is_control() {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}
