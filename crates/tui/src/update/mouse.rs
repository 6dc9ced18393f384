//! Clicks and the wheel.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{act, keys, view};
use crate::dialog::Question;
use crate::hit::hit;
use crate::layout::{FirstLayout, Geometry, layout};
use crate::screen::{Border, Pane, Screen, Stage};
use crate::target::Target;
use crate::wish::Wish;

/// Rows a notch of the wheel moves.
const WHEEL: isize = 3;

/// Answers the mouse.
pub(super) fn moved(screen: &mut Screen, mouse: MouseEvent) -> Vec<Wish> {
    let position = Position::new(mouse.column, mouse.row);
    let over_panes = screen.dialog.is_none() && screen.stage == Stage::Main;
    if let Some(distance) = sideways(mouse).filter(|_| over_panes) {
        keys::sideways(screen, distance);
        return Vec::new();
    }
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => clicked(screen, position),
        MouseEventKind::ScrollDown => {
            wheel(screen, position, WHEEL);
            Vec::new()
        }
        MouseEventKind::ScrollUp => {
            wheel(screen, position, -WHEEL);
            Vec::new()
        }
        MouseEventKind::Drag(MouseButton::Left) => {
            dragged(screen, position);
            Vec::new()
        }
        MouseEventKind::Up(_) => {
            screen.dragged = None;
            Vec::new()
        }
        MouseEventKind::Down(MouseButton::Right | MouseButton::Middle)
        | MouseEventKind::Drag(MouseButton::Right | MouseButton::Middle)
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight
        | MouseEventKind::Moved => Vec::new(),
    }
}

/// Columns that the wheel moves wide output. Most terminals report it with Shift held as it is, and mean sideways by it.
fn sideways(mouse: MouseEvent) -> Option<isize> {
    let is_shifted = mouse.modifiers.contains(KeyModifiers::SHIFT);
    match mouse.kind {
        MouseEventKind::ScrollRight => Some(keys::SIDEWAYS),
        MouseEventKind::ScrollLeft => Some(-keys::SIDEWAYS),
        MouseEventKind::ScrollDown if is_shifted => Some(keys::SIDEWAYS),
        MouseEventKind::ScrollUp if is_shifted => Some(-keys::SIDEWAYS),
        _ => None,
    }
}

/// Puts the border that the mouse holds where it is.
fn dragged(screen: &mut Screen, position: Position) {
    let geometry = Geometry::of(screen);
    match screen.dragged {
        Some(Border::Tree) => view::put_border(screen, Border::Tree, position.x),
        Some(Border::Output) => {
            let height = geometry.divider.bottom().saturating_sub(position.y);
            view::put_border(screen, Border::Output, height);
        }
        None => {}
    }
}

fn clicked(screen: &mut Screen, position: Position) -> Vec<Wish> {
    let target = hit(screen, &layout(screen), position);
    if !screen.over {
        screen.notice = None;
    }
    match target {
        Some(Target::Action(action)) => {
            let is_help = screen.dialog.as_ref().map(|dialog| &dialog.question);
            if matches!(is_help, Some(Question::Help)) {
                screen.dialog = None;
            }
            act::act(screen, action)
        }
        Some(Target::Border(border, pane)) => {
            screen.dragged = Some(border);
            screen.focus = pane;
            Vec::new()
        }
        Some(Target::Step(step)) => {
            let on_page = layout(screen).geometry.page.contains(position);
            screen.focus = if on_page { Pane::Page } else { Pane::Tree };
            view::select_by_hand(screen, Some(step));
            Vec::new()
        }
        Some(Target::Pane(pane)) => {
            screen.focus = pane;
            Vec::new()
        }
        Some(Target::Field(at)) => {
            if let Some(dialog) = &mut screen.dialog {
                dialog.field = at;
            }
            Vec::new()
        }
        Some(Target::More) => {
            more(screen);
            Vec::new()
        }
        Some(Target::Dialog) | None => Vec::new(),
    }
}

/// Goes on to the lines that do not fit.
fn more(screen: &mut Screen) {
    let layout = layout(screen);
    let rows = |height: u16| usize::from(height.saturating_sub(1).max(1));
    if let (Some(dialog), Some(shown)) = (&mut screen.dialog, layout.dialog) {
        dialog.top += rows(shown.text_area.height);
        super::dialog::keep_in_range(screen);
    } else if let Some(first) = layout.first {
        screen.first_top += rows(first.text_area.height);
        keep_first_in_range(screen);
    }
}

fn wheel(screen: &mut Screen, position: Position, rows: isize) {
    if let Some(dialog) = &mut screen.dialog {
        dialog.top = dialog.top.saturating_add_signed(rows);
        super::dialog::keep_in_range(screen);
        return;
    }
    if screen.stage == Stage::First {
        screen.first_top = screen.first_top.saturating_add_signed(rows);
        keep_first_in_range(screen);
        return;
    }
    let geometry = layout(screen).geometry;
    if geometry.graph.contains(position) {
        screen.graph_top = screen.graph_top.saturating_add_signed(rows);
        view::keep_in_range(screen);
        return;
    }
    let panes = [
        (geometry.tree, Pane::Tree),
        (geometry.page, Pane::Page),
        (geometry.output, Pane::Output),
    ];
    let under = panes.into_iter().find(|(area, _)| area.contains(position));
    if let Some((_, pane)) = under {
        view::scroll(screen, pane, rows);
    }
}

pub(super) fn keep_first_in_range(screen: &mut Screen) {
    let (lines, height) = match layout(screen).first {
        Some(FirstLayout {
            text, text_area, ..
        }) => (text.len(), usize::from(text_area.height)),
        None => (0, 0),
    };
    screen.first_top = screen.first_top.min(lines.saturating_sub(height));
}
