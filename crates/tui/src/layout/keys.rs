//! The keys that work now, as buttons along the bottom row: what does not fit is still in the help.

use ratatui::layout::Rect;
use stepmark_core::plan::StepKind;

use super::Button;
use crate::action::Action;
use crate::screen::{Pane, Screen, Stage};
use crate::text::width;

/// Columns between two keys.
const GAP: u16 = 2;

/// The bottom row's buttons; help and leave keep their place at the end.
pub(super) fn buttons(screen: &Screen, area: Rect) -> Vec<Button> {
    if area.is_empty() || screen.dialog.is_some() || screen.stage == Stage::First {
        return Vec::new();
    }
    let last = [(Action::Help, "? help"), (Action::Leave, "q leave")];
    let mut end = area.right().saturating_sub(1);
    let mut buttons = Vec::new();
    for (action, label) in last.into_iter().rev() {
        let wide = columns(label);
        let Some(x) = end.checked_sub(wide).filter(|x| *x > area.x) else {
            continue;
        };
        buttons.push(button(x, area.y, action, label));
        end = x.saturating_sub(GAP);
    }
    let mut x = area.x + 1;
    for (action, label) in keys(screen) {
        let wide = columns(label);
        if x + wide > end {
            break;
        }
        buttons.push(button(x, area.y, action, label));
        x += wide + GAP;
    }
    buttons
}

fn keys(screen: &Screen) -> Vec<(Action, &'static str)> {
    let permitted = screen.permitted();
    let manual = screen
        .selected
        .is_some_and(|step| screen.plan().step(step).kind == StepKind::Manual);
    let lost = screen.selected.is_some_and(|step| screen.is_lost(step));
    let run = match (permitted.retry, manual) {
        _ if permitted.resolve => "Enter settle",
        (true, _) if lost => "r run again",
        (true, _) => "r retry",
        (false, true) => "Enter tick",
        (false, false) => "Enter run",
    };
    let pane = match screen.focus {
        Pane::Tree => "Tab runbook",
        Pane::Page => "Tab output",
        Pane::Output => "Tab steps",
    };
    let output = match screen.output_alone {
        true => "o back",
        false => "o output",
    };
    let cancel = match screen.awaits_retry() {
        true => "c stop retrying",
        false => "c cancel",
    };
    let sight = screen.sight.as_ref();
    let is_blocked = sight.is_some_and(|sight| !sight.watch.blockers.is_empty());
    if screen.over {
        return vec![(Action::Output, output), (Action::NextPane, pane)];
    }
    [
        (screen.output_alone, Action::Output, output),
        (permitted.cancel, Action::Cancel, cancel),
        (is_blocked, Action::Blockers, "b blockers"),
        (
            permitted.start || permitted.retry || permitted.resolve,
            Action::Run,
            run,
        ),
        (permitted.run_on, Action::RunOn, "a run on"),
        (permitted.skip, Action::Skip, "s skip"),
        (permitted.abandon, Action::Abandon, "x roll back"),
        (permitted.roll_back, Action::Undo, "u undo"),
        (permitted.waive, Action::Waive, "w waive"),
        (permitted.stop, Action::EndBackground, "e end it"),
        (true, Action::Note, "n note"),
        (!screen.output_alone, Action::Output, output),
        (!screen.output_alone, Action::NextPane, pane),
    ]
    .into_iter()
    .filter(|(works, ..)| *works)
    .map(|(_, action, label)| (action, label))
    .collect()
}

fn button(x: u16, y: u16, action: Action, label: &str) -> Button {
    Button {
        area: Rect::new(x, y, columns(label), 1),
        action,
        label: label.to_owned(),
    }
}

fn columns(label: &str) -> u16 {
    u16::try_from(width(label)).unwrap_or(u16::MAX)
}
