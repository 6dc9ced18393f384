//! The keys that work now, as buttons along the bottom row: what does not fit is still in the help.

use ratatui::layout::Rect;
use stepmark_core::plan::StepKind;
use stepmark_core::progress::StepState;

use super::{Button, Geometry};
use crate::action::Action;
use crate::replay::Travel;
use crate::screen::{Pane, Screen, Stage, View};
use crate::text::{fit, width};
use crate::up_next;

/// Columns between two keys.
const GAP: u16 = 2;

/// A key's place at the bottom: what it does, what it is called, and what it says.
type Key = (Action, String);

/// The bottom row's buttons; help and leave keep their place at the end.
pub(super) fn buttons(screen: &Screen, area: Rect) -> Vec<Button> {
    if area.is_empty() || screen.dialog.is_some() || screen.stage == Stage::First {
        return Vec::new();
    }
    let mut last = vec![
        (Action::Help, "? help".to_owned()),
        (Action::Leave, key(screen, Action::Leave, "leave")),
    ];
    // With one pane at a time the way to the others is as needed as help.
    let is_single = Geometry::of(screen).shows_one_pane();
    if is_single {
        last.insert(0, (Action::NextPane, "Tab next".to_owned()));
    }
    let mut end = area.right().saturating_sub(1);
    let mut buttons = Vec::new();
    for (action, label) in last.into_iter().rev() {
        let wide = columns(&label);
        let Some(x) = end.checked_sub(wide).filter(|x| *x > area.x) else {
            continue;
        };
        buttons.push(button(x, area.y, action, label));
        end = x.saturating_sub(GAP);
    }
    let mut x = area.x + 1;
    let keys = keys(screen).into_iter();
    for (action, label) in keys.filter(|(action, _)| !is_single || *action != Action::NextPane) {
        let wide = columns(&label);
        if x + wide > end {
            break;
        }
        buttons.push(button(x, area.y, action, label));
        x += wide + GAP;
    }
    buttons
}

/// An action's key and what it says.
fn key(screen: &Screen, action: Action, says: &str) -> String {
    match screen.keys.key(action) {
        Some(key) => format!("{key} {says}"),
        None => says.to_owned(),
    }
}

fn keys(screen: &Screen) -> Vec<Key> {
    let fixed = |action: Action, label: &str| (action, label.to_owned());
    let typing = screen.search.as_ref().map(|search| search.typing.is_some());
    match (typing, screen.view) {
        (Some(true), _) => {
            return vec![
                fixed(Action::Find, "Enter find"),
                fixed(Action::EndSearch, "Esc stop searching"),
            ];
        }
        (Some(false), _) => {
            let mut keys = vec![
                fixed(Action::NextMatch, "n next"),
                fixed(Action::PreviousMatch, "N previous"),
                fixed(Action::EndSearch, "Esc end search"),
            ];
            keys.extend(moving(screen));
            return keys;
        }
        (None, View::Graph) => {
            return vec![
                fixed(Action::ShowStep, "Enter show the step"),
                (Action::Graph, key(screen, Action::Graph, "back")),
            ];
        }
        (None, View::Panes | View::Output) => {}
    }
    if screen.is_replay() {
        let mut keys = vec![
            fixed(Action::Record(Travel::Back), "Left back"),
            fixed(Action::Record(Travel::On), "Right on"),
            // The other way round they would read as one button in brackets.
            fixed(Action::Record(Travel::OnOutcome), "] next outcome"),
            fixed(Action::Record(Travel::BackOutcome), "[ outcome before"),
        ];
        keys.extend(moving(screen));
        return keys;
    }
    if screen.over {
        return moving(screen);
    }
    commands(screen)
}

/// What only changes what one looks at.
fn moving(screen: &Screen) -> Vec<Key> {
    let output = match screen.view {
        View::Output => "back",
        View::Panes | View::Graph => "output",
    };
    let mut keys = vec![(Action::Output, key(screen, Action::Output, output))];
    if screen.view != View::Output {
        keys.push(next_pane(screen));
    }
    let rest = [
        (Action::Search, "search"),
        (Action::Copy, "copy"),
        (Action::Inputs, "inputs"),
        (Action::Graph, "graph"),
    ];
    let sought = screen.search.is_some();
    let rest = rest
        .into_iter()
        .filter(|(action, _)| !sought || *action != Action::Search);
    keys.extend(rest.map(|(action, says)| (action, key(screen, action, says))));
    keys
}

fn next_pane(screen: &Screen) -> Key {
    let pane = match screen.focus {
        Pane::Tree => "Tab runbook",
        Pane::Page => "Tab output",
        Pane::Output => "Tab steps",
    };
    (Action::NextPane, pane.to_owned())
}

fn commands(screen: &Screen) -> Vec<Key> {
    let permitted = screen.permitted();
    let manual = screen
        .selected
        .is_some_and(|step| screen.plan().step(step).kind == StepKind::Manual);
    let lost = screen.selected.is_some_and(|step| screen.is_lost(step));
    let selected = screen.selected;
    let is_skipped =
        selected.is_some_and(|step| screen.progress.step(step).state == StepState::Skipped);
    let is_lost = selected.is_some_and(|step| screen.is_in_lost_session(step));
    let next = up_next::elsewhere(screen).filter(|_| is_skipped || !permitted.start);
    let run = match (permitted.retry, manual) {
        _ if permitted.resolve => "Enter settle".to_owned(),
        _ if is_lost => "Enter what was lost".to_owned(),
        _ if next.is_some() => "Enter next step".to_owned(),
        _ if permitted.start && Geometry::of(screen).page.is_empty() => shows(screen),
        (true, _) if lost => key(screen, Action::Retry, "run again"),
        (true, _) => key(screen, Action::Retry, "retry"),
        (false, true) => "Enter tick".to_owned(),
        (false, false) => "Enter run".to_owned(),
    };
    let starts = (permitted.start || permitted.retry) && !is_skipped;
    let runs = starts || permitted.resolve || is_lost || next.is_some();
    let after_all = key(screen, Action::Retry, "run it after all");
    let cancel = match screen.awaits_retry() {
        true => "stop retrying",
        false => "cancel",
    };
    let sight = screen.sight.as_ref();
    let is_blocked = sight.is_some_and(|sight| !sight.watch.blockers.is_empty());
    let is_alone = screen.view == View::Output;
    let named = |action: Action, says: &str| (action, key(screen, action, says));
    let offered = [
        (is_alone, named(Action::Output, "back")),
        (permitted.cancel, named(Action::Cancel, cancel)),
        (is_blocked, named(Action::Blockers, "blockers")),
        (runs, (Action::Run, run)),
        (is_skipped && permitted.start, (Action::Retry, after_all)),
        (permitted.run_on, named(Action::RunOn, "run on")),
        (permitted.skip, named(Action::Skip, "skip")),
        (permitted.abandon, named(Action::Abandon, "roll back")),
        (permitted.roll_back, named(Action::Undo, "undo")),
        (permitted.waive, named(Action::Waive, "waive")),
        (permitted.stop, named(Action::EndBackground, "end it")),
        (true, named(Action::Note, "note")),
    ];
    let offered = offered.into_iter().filter(|(works, _)| *works);
    let mut keys: Vec<Key> = offered.map(|(_, key)| key).collect();
    let rest = moving(screen).into_iter();
    keys.extend(rest.filter(|(action, _)| !is_alone || *action != Action::Output));
    keys
}

/// What Enter does where the step's text is not on the screen.
fn shows(screen: &Screen) -> String {
    if screen.view == View::Panes {
        return "Enter show".to_owned();
    }
    let id = screen.selected.map(|step| &screen.plan().step(step).id);
    let id = id.map_or("", |id| id.as_str());
    format!("Enter show {}", fit(id, 20, screen.glyphs.ellipsis()))
}

fn button(x: u16, y: u16, action: Action, label: String) -> Button {
    Button {
        area: Rect::new(x, y, columns(&label), 1),
        action,
        label,
    }
}

fn columns(label: &str) -> u16 {
    u16::try_from(width(label)).unwrap_or(u16::MAX)
}
