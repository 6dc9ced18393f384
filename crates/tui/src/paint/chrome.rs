//! The rules between the panes and their names; the one that has the keys is in brackets.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::put;
use crate::layout::{Geometry, OutputTitle, note_that_fits};
use crate::screen::{Pane, Screen};
use crate::text::fit;

/// Draws every rule that is shown.
pub(super) fn paint(screen: &Screen, geometry: &Geometry, buffer: &mut Buffer) {
    let divider = geometry.divider;
    let dim = screen.palette.dim();
    for y in divider.top()..divider.bottom() {
        let cell = Rect::new(divider.x, y, 1, 1);
        let (page, output) = (geometry.page_rule.y, geometry.output_rule.y);
        let sign = match y {
            y if y == page => screen.glyphs.pick("┬", "+"),
            y if y == output => screen.glyphs.pick("├", "+"),
            _ => screen.glyphs.vertical(),
        };
        put(buffer, cell, &Line::styled(sign, dim));
    }
    let graph = "Which step needs which";
    let is_shown = !geometry.graph_rule.is_empty();
    if is_shown {
        rule(
            screen,
            geometry.graph_rule,
            screen.focus,
            (graph, &[]),
            buffer,
        );
    }
    rule(
        screen,
        geometry.tree_rule,
        Pane::Tree,
        ("Steps", &[]),
        buffer,
    );
    rule(
        screen,
        geometry.page_rule,
        Pane::Page,
        ("Runbook", &[page_note(screen)]),
        buffer,
    );
    let OutputTitle { name, notes } = OutputTitle::of(screen);
    rule(
        screen,
        geometry.output_rule,
        Pane::Output,
        (&name, &notes),
        buffer,
    );
}

fn rule(
    screen: &Screen,
    area: Rect,
    pane: Pane,
    (name, notes): (&str, &[String]),
    buffer: &mut Buffer,
) {
    if area.is_empty() {
        return;
    }
    let dim = screen.palette.dim();
    let line = screen.glyphs.horizontal();
    let columns = usize::from(area.width);
    put(buffer, area, &Line::styled(line.repeat(columns), dim));
    let name = fit(name, columns.saturating_sub(6), screen.glyphs.ellipsis());
    let named = if screen.focus == pane {
        let style = screen.palette.accent().patch(screen.palette.strong());
        Span::styled(format!("[ {name} ]"), style)
    } else {
        Span::styled(format!("  {name}  "), screen.palette.plain())
    };
    let start = Rect {
        x: area.x + 1.min(area.width - 1),
        width: area.width - 1,
        ..area
    };
    let wide = named.width();
    clear(buffer, start, wide);
    put(buffer, start, &Line::from(named));
    if let Some((note, at)) = note_that_fits(area, wide, notes) {
        put(buffer, at, &Line::styled(format!(" {note} "), dim));
    }
}

/// How far down the page is; by blocks, since no one has counted its rows.
fn page_note(screen: &Screen) -> String {
    match (screen.page_top.block, screen.plan().document.blocks.len()) {
        (_, 0) => "empty".to_owned(),
        (0, _) => String::new(),
        (block, blocks) => format!("{} %", block * 100 / blocks),
    }
}

/// Takes the rule's own style from under its name; styles drawn over each other would add up.
fn clear(buffer: &mut Buffer, area: Rect, columns: usize) {
    let columns = u16::try_from(columns).unwrap_or(u16::MAX);
    let area = Rect {
        width: columns.min(area.width),
        ..area
    };
    for at in area.intersection(buffer.area).positions() {
        buffer[at].reset();
    }
}
