//! Keys: a dialog takes them first, then the keymap, then whatever moves the focused pane.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::view::{self, End};
use super::{act, dialog};
use crate::keymap;
use crate::screen::{Pane, Screen, Stage};
use crate::wish::Wish;

/// Columns a sideways key moves.
const SIDEWAYS: usize = 8;

/// Answers a key.
pub(super) fn pressed(screen: &mut Screen, key: KeyEvent) -> Vec<Wish> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    if !screen.over {
        screen.notice = None;
    }
    if screen.dialog.is_some() {
        return dialog::pressed(screen, key);
    }
    match keymap::action(key, screen.stage) {
        Some(action) => act::act(screen, action),
        None => {
            moved(screen, key.code);
            Vec::new()
        }
    }
}

fn moved(screen: &mut Screen, code: KeyCode) {
    if screen.stage == Stage::First {
        let step = match code {
            KeyCode::Down | KeyCode::Char('j') => 1,
            KeyCode::Up | KeyCode::Char('k') => -1,
            KeyCode::PageDown | KeyCode::Char(' ') => 10,
            KeyCode::PageUp => -10,
            _ => return,
        };
        screen.first_top = screen.first_top.saturating_add_signed(step);
        super::mouse::keep_first_in_range(screen);
        return;
    }
    let pane = match screen.output_alone {
        true => Pane::Output,
        false => screen.focus,
    };
    match code {
        KeyCode::Down | KeyCode::Char('j') => line(screen, pane, 1),
        KeyCode::Up | KeyCode::Char('k') => line(screen, pane, -1),
        KeyCode::PageDown | KeyCode::Char(' ') => by_page(screen, pane, 1),
        KeyCode::PageUp => by_page(screen, pane, -1),
        KeyCode::Home => view::to_end(screen, pane, End::First),
        KeyCode::End => view::to_end(screen, pane, End::Last),
        KeyCode::Right => sideways(screen, screen.output.left.saturating_add(SIDEWAYS)),
        KeyCode::Left => sideways(screen, screen.output.left.saturating_sub(SIDEWAYS)),
        KeyCode::Esc => screen.output_alone = false,
        _ => {}
    }
}

fn line(screen: &mut Screen, pane: Pane, distance: isize) {
    match (pane, screen.selected) {
        (Pane::Tree, Some(selected)) => {
            let step = screen.tree.step_from(selected, distance);
            view::select_by_hand(screen, step);
        }
        (Pane::Tree, None) => {}
        (Pane::Page | Pane::Output, _) => view::scroll(screen, pane, distance),
    }
}

/// With the tree focused the page turns: that is what one reads while choosing a step.
fn by_page(screen: &mut Screen, pane: Pane, direction: isize) {
    let pane = match pane {
        Pane::Tree | Pane::Page => Pane::Page,
        Pane::Output => Pane::Output,
    };
    let rows = view::page_rows(screen, pane) * direction;
    view::scroll(screen, pane, rows);
}

fn sideways(screen: &mut Screen, left: usize) {
    let widest = screen
        .output
        .window
        .iter()
        .map(|line| crate::text::width(line))
        .max()
        .unwrap_or(0);
    screen.output.left = left.min(widest.saturating_sub(1).max(screen.output.left));
    if screen.output.left > left {
        screen.output.left = left;
    }
}
