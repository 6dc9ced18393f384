//! Clicks and the wheel.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{act, view};
use crate::hit::hit;
use crate::layout::{FirstLayout, layout};
use crate::screen::{Pane, Screen, Stage};
use crate::target::Target;
use crate::wish::Wish;

/// Rows a notch of the wheel moves.
const WHEEL: isize = 3;

/// Answers the mouse.
pub(super) fn moved(screen: &mut Screen, mouse: MouseEvent) -> Vec<Wish> {
    let position = Position::new(mouse.column, mouse.row);
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
        MouseEventKind::Down(MouseButton::Right | MouseButton::Middle)
        | MouseEventKind::Up(_)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => Vec::new(),
    }
}

fn clicked(screen: &mut Screen, position: Position) -> Vec<Wish> {
    if !screen.over {
        screen.notice = None;
    }
    let target = hit(screen, &layout(screen), position);
    match target {
        Some(Target::Action(action)) => act::act(screen, action),
        Some(Target::Step(step)) => {
            let on_tree = layout(screen).geometry.tree.contains(position);
            screen.focus = if on_tree { Pane::Tree } else { Pane::Page };
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
        Some(Target::Dialog) | None => Vec::new(),
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
