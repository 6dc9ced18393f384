//! Characters that change how text reads without being seen: they are shown as `‹U+202E›`. Does not judge look-alikes.

use std::fmt::Write;

/// Whether `character` reorders text or has no width of its own (Trojan Source, tag characters, fillers, separators).
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Writes `character` as its code point, visibly.
pub(super) fn write_visibly(character: char, text: &mut String) {
    write!(text, "‹U+{:04X}›", u32::from(character)).expect("writing to a String never fails");
}
