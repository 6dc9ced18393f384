//! What a variable is bound to, in one line. Never shows a secret: the run's records hold none.

use std::borrow::Cow;

use stepmark_core::progress::Binding;

use crate::Glyphs;

/// Characters of a value that are shown at most; a captured one may hold 64 KiB.
const SHOWN_CHARS_MAX: usize = 120;

/// The value in one line, its line ends as pictures of themselves.
pub(crate) fn shown(binding: &Binding, glyphs: Glyphs) -> Cow<'static, str> {
    match binding {
        Binding::Secret => glyphs.pick("‹secret›", "<secret>").into(),
        Binding::Known(value) if value.is_empty() => "(empty)".into(),
        Binding::Known(value) => short(value, glyphs).into(),
    }
}

/// The beginning of `value`, its line ends as pictures of themselves.
pub(crate) fn short(value: &str, glyphs: Glyphs) -> String {
    let line_end = glyphs.pick("\u{240a}", "\\n");
    let mut characters = value.chars();
    let mut text: String = characters.by_ref().take(SHOWN_CHARS_MAX).collect();
    if characters.next().is_some() {
        text.push_str(glyphs.ellipsis());
    }
    text.replace('\n', line_end)
}
