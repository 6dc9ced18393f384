//! A variable below the text it stands in, with what it is worth in this run.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use stepmark_core::plan::SlotForm;

use super::put;
use crate::page::{PageVariable, VariableOrigin};
use crate::screen::Screen;
use crate::text::{fit, span};
use crate::value;

/// Draws `variable` behind `before`, cut at the right end.
pub(super) fn paint(
    screen: &Screen,
    variable: &PageVariable,
    before: &Line<'_>,
    area: Rect,
    buffer: &mut Buffer,
) {
    let palette = screen.palette;
    let name = &variable.name;
    let written = match variable.form {
        SlotForm::Plain => format!(":{name}"),
        SlotForm::Literal => format!(":'{name}'"),
        SlotForm::Identifier => format!(":\"{name}\""),
        SlotForm::Test => format!(":{{?{name}}}"),
    };
    let binding = screen.progress.binding(name);
    let (worth, style) = match (variable.form, binding, variable.origin) {
        (SlotForm::Test, Some(_), _) => ("TRUE".into(), palette.plain()),
        (SlotForm::Test, None, _) => ("FALSE".into(), palette.plain()),
        (_, Some(binding), _) => (value::shown(binding, screen.glyphs), palette.plain()),
        (_, None, VariableOrigin::Input) => ("no value yet".into(), palette.dim()),
        (_, None, VariableOrigin::Capture) => ("not captured yet".into(), palette.dim()),
    };
    let mut line = before.clone();
    line.push_span(Span::raw("  "));
    line.push_span(span(&written, palette.inline_code()));
    line.push_span(Span::styled(
        screen.glyphs.pick(" → ", " -> "),
        palette.dim(),
    ));
    let room = usize::from(area.width).saturating_sub(line.width());
    let worth = fit(&worth, room, screen.glyphs.ellipsis());
    line.push_span(Span::styled(worth, style));
    put(buffer, area, &line);
}
