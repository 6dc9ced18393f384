//! What a variable is bound to, in one line. Never shows a secret: the run's records hold none.

use std::borrow::Cow;

use stepmark_core::VariableName;
use stepmark_core::progress::Binding;

use crate::Glyphs;
use crate::screen::Screen;
use crate::text::width;

/// Characters of a value that are shown at most; a captured one may hold 64 KiB.
const SHOWN_CHARS_MAX: usize = 120;

/// Columns that names are padded to at most.
const NAME_COLUMNS_MAX: usize = 24;

/// Columns that names are padded to where they stand above each other.
pub(crate) fn columns<'a>(names: impl Iterator<Item = &'a VariableName>) -> usize {
    let widest = names.map(|name| width(name.as_str())).max();
    widest.unwrap_or(0).min(NAME_COLUMNS_MAX)
}

/// A variable in one line: its name, padded to `columns`, what it is worth, and where that is from.
pub(crate) fn line(screen: &Screen, name: &VariableName, columns: usize, origin: &str) -> String {
    let worth = match screen.progress.binding(name) {
        Some(Binding::Secret) => "secret, set".into(),
        Some(known @ Binding::Known(_)) => shown(known, screen.glyphs),
        None => "no value yet".into(),
    };
    let pad = " ".repeat(columns.saturating_sub(width(name.as_str())));
    let dot = screen.glyphs.dot();
    format!("{name}{pad}  {worth}{dot}{origin}")
}

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
