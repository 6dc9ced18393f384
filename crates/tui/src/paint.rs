//! Draws the screen into cells. Pure: the layout says where, the palette how. Decides nothing, and writes text only
//! through functions that drop control characters.

mod chrome;
mod dialog;
mod first;
mod graph;
mod header;
mod output;
mod page;
mod status;
mod tree;
mod variable;

pub(crate) use header::target_text;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use crate::layout::{Button, Layout};
use crate::screen::{Screen, Stage};

/// Draws the whole screen, and says where the cursor stands if text is being typed.
pub(crate) fn paint(screen: &Screen, layout: &Layout, buffer: &mut Buffer) -> Option<Position> {
    let mut cursor = None;
    header::title(screen, layout.geometry.title, buffer);
    match (&layout.first, screen.stage) {
        (Some(first), Stage::First) => first::paint(screen, first, buffer),
        (Some(_) | None, _) => {
            header::connections(screen, layout.geometry.connections, buffer);
            chrome::paint(screen, &layout.geometry, buffer);
            tree::paint(screen, layout, buffer);
            page::paint(screen, layout, buffer);
            output::paint(screen, layout.geometry.output, buffer);
            graph::paint(screen, layout.geometry.graph, buffer);
            cursor = status::paint(screen, layout, buffer);
        }
    }
    match layout.dialog.as_ref() {
        Some(dialog) => dialog::paint(screen, dialog, buffer),
        None => cursor,
    }
}

/// Draws one line at the top of `area`, cut at its right end.
fn put(buffer: &mut Buffer, area: Rect, line: &Line<'_>) {
    let area = area.intersection(buffer.area);
    if !area.is_empty() {
        buffer.set_line(area.x, area.y, line, area.width);
    }
}

/// The `at`-th row of `area`, empty beyond its end.
fn row_of(area: Rect, at: usize) -> Rect {
    match u16::try_from(at) {
        Ok(at) if at < area.height => Rect::new(area.x, area.y + at, area.width, 1),
        Ok(_) | Err(_) => Rect::ZERO,
    }
}

/// How a match looks: the one that one is at stands out among the others.
fn mark(screen: &Screen, is_current: bool) -> Style {
    match is_current {
        true => screen
            .palette
            .found()
            .add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        false => screen.palette.found(),
    }
}

/// Draws a button in brackets.
fn button(screen: &Screen, button: &Button, is_chosen: IsChosen, buffer: &mut Buffer) {
    let style = match is_chosen {
        IsChosen::Yes => screen.palette.button(),
        IsChosen::No => screen.palette.quiet_button(),
    };
    put(
        buffer,
        button.area,
        &Line::styled(button.label.as_str(), style),
    );
}

/// Whether Enter presses a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IsChosen {
    Yes,
    No,
}
