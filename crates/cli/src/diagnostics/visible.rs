//! One visible sign for each character that a terminal would act on or hide. Does not change how many characters there are.

use std::borrow::Cow;

use stepmark_engines::sanitize::sanitize;

/// `text` for one line of a terminal: controls become their pictures (`␛`), reordering and invisible characters `�`.
/// Every character stays one character, so columns stay what they are; a tab stays a tab.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(sign).collect()
}

fn sign(character: char) -> char {
    match character {
        '\t' | ' '..='~' => character,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        _ => match sanitize(character.encode_utf8(&mut [0; 4])) {
            Cow::Borrowed(_) => character,
            Cow::Owned(_) => '\u{fffd}',
        },
    }
}
