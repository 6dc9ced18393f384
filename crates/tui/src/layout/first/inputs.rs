//! The inputs on the first screen: what each is, and where its value came from.

use super::says::Said;
use crate::screen::Screen;
use crate::value;

/// A line for each input that has a value; nothing where the runbook declares none.
pub(super) fn say(screen: &Screen, said: &mut Said) {
    let palette = screen.palette;
    if screen.inputs.is_empty() {
        return;
    }
    said.blank();
    said.say(0, "Inputs", palette.heading(2));
    let columns = value::columns(screen.inputs.iter().map(|(name, _)| name));
    for (name, origin) in &screen.inputs {
        let origin = format!("from {}", origin.phrase());
        let text = value::line(screen, name, columns, &origin);
        said.say(2, &text, palette.plain());
    }
}
