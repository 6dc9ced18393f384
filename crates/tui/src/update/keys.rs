//! Keys: a dialog takes them first, then the keymap, then whatever moves the focused pane.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::view::{self, End};
use super::{act, dialog, search};
use crate::action::Action;
use crate::keymap;
use crate::replay::Travel;
use crate::screen::{Border, Pane, Screen, Stage, View};
use crate::wish::Wish;

/// Columns a sideways key moves.
pub(super) const SIDEWAYS: isize = 8;

/// Columns and rows that a key moves a border.
const BORDER_COLUMNS: i16 = 2;
/// See [`BORDER_COLUMNS`].
const BORDER_ROWS: i16 = 1;

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
    if search::typed(screen, key) {
        return Vec::new();
    }
    if let Some(action) = of_the_moment(screen, key) {
        return act::act(screen, action);
    }
    match keymap::action(key, screen.stage, &screen.keys) {
        Some(action) => act::act(screen, action),
        None => {
            moved(screen, key.code);
            Vec::new()
        }
    }
}

/// What a key does only while a search stands, in the graph, or over a run that is read again.
fn of_the_moment(screen: &Screen, key: KeyEvent) -> Option<Action> {
    if key
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
    {
        return None;
    }
    let is_sought = screen.search.is_some();
    let is_graph = screen.view == View::Graph;
    let in_output = screen.view == View::Output || screen.focus == Pane::Output;
    match key.code {
        KeyCode::Char('n') if is_sought => Some(Action::NextMatch),
        KeyCode::Char('N') if is_sought => Some(Action::PreviousMatch),
        KeyCode::Esc if is_sought => Some(Action::EndSearch),
        KeyCode::Enter if is_graph => Some(Action::ShowStep),
        KeyCode::Esc if is_graph => Some(Action::Graph),
        code if screen.is_replay() => match code {
            KeyCode::Char('l') => Some(Action::Record(Travel::On)),
            KeyCode::Char('h') => Some(Action::Record(Travel::Back)),
            KeyCode::Right if !in_output => Some(Action::Record(Travel::On)),
            KeyCode::Left if !in_output => Some(Action::Record(Travel::Back)),
            KeyCode::Char(']') => Some(Action::Record(Travel::OnOutcome)),
            KeyCode::Char('[') => Some(Action::Record(Travel::BackOutcome)),
            KeyCode::Char('}') => Some(Action::Record(Travel::Last)),
            KeyCode::Char('{') => Some(Action::Record(Travel::First)),
            KeyCode::Enter => Some(Action::Record(Travel::On)),
            _ => None,
        },
        _ => None,
    }
}

fn moved(screen: &mut Screen, code: KeyCode) {
    if screen.stage == Stage::First {
        let step = match code {
            KeyCode::Down | KeyCode::Char('j') => 1,
            KeyCode::Up | KeyCode::Char('k') => -1,
            KeyCode::PageDown | KeyCode::Char(' ') => 10,
            KeyCode::PageUp => -10,
            KeyCode::Char(c) => return does_nothing(screen, c),
            _ => return,
        };
        screen.first_top = screen.first_top.saturating_add_signed(step);
        super::mouse::keep_first_in_range(screen);
        return;
    }
    let pane = match screen.view {
        View::Output => Pane::Output,
        View::Graph => return moved_in_graph(screen, code),
        View::Panes => screen.focus,
    };
    match code {
        KeyCode::Down | KeyCode::Char('j') => line(screen, pane, 1),
        KeyCode::Up | KeyCode::Char('k') => line(screen, pane, -1),
        KeyCode::PageDown | KeyCode::Char(' ') => by_page(screen, 1),
        KeyCode::PageUp => by_page(screen, -1),
        KeyCode::Home => view::to_end(screen, pane, End::First),
        KeyCode::End => view::to_end(screen, pane, End::Last),
        KeyCode::Right => sideways(screen, SIDEWAYS),
        KeyCode::Left => sideways(screen, -SIDEWAYS),
        KeyCode::Esc => screen.view = View::Panes,
        KeyCode::Char('<') => view::move_border(screen, Border::Tree, -BORDER_COLUMNS),
        KeyCode::Char('>') => view::move_border(screen, Border::Tree, BORDER_COLUMNS),
        KeyCode::Char('+') => view::move_border(screen, Border::Output, BORDER_ROWS),
        KeyCode::Char('-') => view::move_border(screen, Border::Output, -BORDER_ROWS),
        KeyCode::Char(c) => does_nothing(screen, c),
        _ => {}
    }
}

/// Says that a key has no meaning, since nothing at all may also mean that the program hangs.
fn does_nothing(screen: &mut Screen, key: char) {
    if !screen.over {
        act::warn(screen, format!("{key} does nothing here; ? lists the keys"));
    }
}

fn moved_in_graph(screen: &mut Screen, code: KeyCode) {
    let Some((graph, selected)) = screen.graph.clone().zip(screen.selected) else {
        return;
    };
    let page = view::graph_rows(screen);
    let distance = match code {
        KeyCode::Down | KeyCode::Char('j') => 1,
        KeyCode::Up | KeyCode::Char('k') => -1,
        KeyCode::PageDown | KeyCode::Char(' ') => page,
        KeyCode::PageUp => -page,
        KeyCode::Home => -isize::MAX,
        KeyCode::End => isize::MAX,
        KeyCode::Char(c) => return does_nothing(screen, c),
        _ => return,
    };
    let step = graph.step_from(screen.plan(), selected, distance);
    view::select_by_hand(screen, Some(step));
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
pub(super) fn by_page(screen: &mut Screen, direction: isize) {
    let pane = match (screen.view, screen.focus) {
        (View::Output, _) | (_, Pane::Output) => Pane::Output,
        (View::Panes | View::Graph, Pane::Tree | Pane::Page) => Pane::Page,
    };
    let rows = view::page_rows(screen, pane) * direction;
    view::scroll(screen, pane, rows);
}

/// Moves wide output by so many columns, as far as there is some to be seen.
pub(super) fn sideways(screen: &mut Screen, distance: isize) {
    let left = screen.output.left.saturating_add_signed(distance);
    let widest = screen
        .output
        .window
        .iter()
        .map(|line| crate::text::width(line))
        .max()
        .unwrap_or(0);
    screen.output.left = left.min(widest.saturating_sub(1).max(screen.output.left));
}
