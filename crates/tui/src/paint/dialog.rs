//! The dialog, over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use tui_input::Input;

use super::{IsChosen, button, put, row_of};
use crate::dialog::Dialog;
use crate::layout::{DialogLayout, Field};
use crate::screen::Screen;
use crate::text::{clean, more_lines, width, window};

/// Draws the dialog, and says where the cursor stands if text is being typed.
pub(super) fn paint(
    screen: &Screen,
    layout: &DialogLayout,
    buffer: &mut Buffer,
) -> Option<Position> {
    let dialog = screen.dialog.as_ref()?;
    frame(screen, layout.area, dialog.title(), buffer);
    let shown = layout.text.iter().skip(dialog.top);
    for (at, line) in shown.take(usize::from(layout.text_area.height)).enumerate() {
        put(buffer, row_of(layout.text_area, at), line);
    }
    let height = usize::from(layout.text_area.height);
    more(screen, layout, dialog.top + height, buffer);
    for (at, found) in layout.buttons.iter().enumerate() {
        let chosen = match (dialog.takes_text(), dialog.choice == at) {
            (true, _) if at == 0 => IsChosen::Yes,
            (true, _) => IsChosen::No,
            (false, true) => IsChosen::Yes,
            (false, false) => IsChosen::No,
        };
        button(screen, found, chosen, buffer);
    }
    let cursors = layout.fields.iter().map(|found| {
        let input = dialog.inputs.get(found.at)?;
        let has_keys = dialog.field == found.at;
        field(screen, found, input, has_keys, buffer).filter(|_| has_keys)
    });
    cursors.fold(None, Option::or)
}

/// Says on the frame how many lines are below the last one shown, where there are some.
fn more(screen: &Screen, layout: &DialogLayout, end: usize, buffer: &mut Buffer) {
    let hidden = layout.text.len().saturating_sub(end);
    // Where text is typed, Down goes to the next field, and only the wheel scrolls.
    let takes_text = screen.dialog.as_ref().is_some_and(Dialog::takes_text);
    let key = if takes_text { "" } else { " (Down)" };
    if hidden == 0 {
        return;
    }
    let text = format!(" {}{key} ", more_lines(hidden));
    let area = layout.area;
    let wide = u16::try_from(width(&text)).unwrap_or(u16::MAX);
    if area.width > wide + 4 && area.height > 0 {
        let place = Rect::new(area.right() - wide - 2, area.bottom() - 1, wide, 1);
        put(buffer, place, &Line::styled(text, screen.palette.warn()));
    }
}

/// Draws a field, and says where its cursor stands.
fn field(
    screen: &Screen,
    field: &Field,
    input: &Input,
    has_keys: bool,
    buffer: &mut Buffer,
) -> Option<Position> {
    let area = field.area;
    let before = width(&field.label) + 2;
    let columns = usize::from(area.width).saturating_sub(before + 1);
    let skipped = input.visual_scroll(columns.max(1));
    let typed = clean(input.value());
    let visible = window(&typed, skipped, columns);
    let (sign, style) = match has_keys {
        true => (">", screen.palette.strong()),
        false => (" ", screen.palette.plain()),
    };
    buffer.set_style(area.intersection(buffer.area), style);
    let line = format!("{}{sign} {visible}", field.label);
    put(buffer, area, &Line::raw(line));
    let column = input.visual_cursor().saturating_sub(skipped) + before;
    let x = area
        .x
        .saturating_add(u16::try_from(column).unwrap_or(u16::MAX));
    let place = Position::new(x.min(area.right().saturating_sub(1)), area.y);
    buffer.area.contains(place).then_some(place)
}

fn frame(screen: &Screen, area: Rect, title: &str, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            buffer[(x, y)].reset();
        }
    }
    let glyphs = screen.glyphs;
    let style = screen.palette.accent();
    let inner = usize::from(area.width.saturating_sub(2));
    let across = glyphs.horizontal().repeat(inner);
    let top = format!("{}{across}{}", glyphs.pick("╭", "+"), glyphs.pick("╮", "+"));
    let bottom = format!("{}{across}{}", glyphs.pick("╰", "+"), glyphs.pick("╯", "+"));
    put(buffer, area, &Line::styled(top, style));
    let last = usize::from(area.height - 1);
    put(buffer, row_of(area, last), &Line::styled(bottom, style));
    for at in 1..last {
        let row = row_of(area, at);
        put(buffer, row, &Line::styled(glyphs.vertical(), style));
        let right = Rect {
            x: row.right().saturating_sub(1),
            width: 1,
            ..row
        };
        put(buffer, right, &Line::styled(glyphs.vertical(), style));
    }
    let named = Rect {
        x: area.x + 2.min(area.width - 1),
        width: area.width.saturating_sub(3),
        ..row_of(area, 0)
    };
    let title = format!(" {title} ");
    put(
        buffer,
        named,
        &Line::styled(title, style.patch(screen.palette.strong())),
    );
}
