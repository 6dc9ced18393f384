//! The inputs on the first screen: what each is, and where its value came from.

use stepmark_core::progress::Binding;

use super::says::Said;
use crate::screen::Screen;
use crate::text::width;
use crate::value;

/// Columns that names are padded to at most.
const NAME_COLUMNS_MAX: usize = 24;

/// A line for each input that has a value; nothing where the runbook declares none.
pub(super) fn say(screen: &Screen, said: &mut Said) {
    let palette = screen.palette;
    if screen.inputs.is_empty() {
        return;
    }
    said.blank();
    said.say(0, "Inputs", palette.heading(2));
    let widest = screen
        .inputs
        .iter()
        .map(|(name, _)| width(name.as_str()))
        .max();
    let columns = widest.unwrap_or(0).min(NAME_COLUMNS_MAX);
    for (name, origin) in &screen.inputs {
        let value = match screen.progress.binding(name) {
            Some(Binding::Secret) => "secret, set".to_owned(),
            Some(known @ Binding::Known(_)) => value::shown(known, screen.glyphs).into_owned(),
            None => "not set".to_owned(),
        };
        let pad = columns.saturating_sub(width(name.as_str()));
        let dot = screen.glyphs.dot();
        let text = format!(
            "{name}{}  {value}{dot}from {}",
            " ".repeat(pad),
            origin.phrase()
        );
        said.say(2, &text, palette.plain());
    }
}
