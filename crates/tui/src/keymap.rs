//! Which key means what, and the help that says so.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::action::Action;
use crate::screen::Stage;

/// The keys and what they do, for the help.
pub(crate) const HELP: &[(&str, &str)] = &[
    (
        "Enter",
        "run, tick or settle the step (or click its button)",
    ),
    ("a", "run on until a step fails or asks"),
    ("r", "retry the selected step"),
    ("s", "skip it, with a reason"),
    (
        "c, Ctrl-C",
        "cancel a step, a wait or a retry; again is harder",
    ),
    ("x", "roll back the open transaction"),
    ("u", "undo what the run did, newest first"),
    ("w", "go on without what was lost with a session"),
    ("e", "end the selected background step"),
    ("b", "who is in the way of the running step"),
    ("n", "write a note into the record"),
    ("", ""),
    ("j k, arrows", "select a step, or scroll the pane with [ ]"),
    ("Tab", "next pane: steps, runbook, output"),
    ("PgUp PgDn", "scroll; Home and End go to the ends"),
    ("Left Right", "scroll wide output"),
    ("o", "output alone, and back"),
    ("q", "leave; the record says how far it came"),
];

/// What `key` does, apart from moving and scrolling.
pub(crate) fn action(key: KeyEvent, stage: Stage) -> Option<Action> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match (key.code, stage) {
            (KeyCode::Char('c'), Stage::Main) => Some(Action::Cancel),
            (KeyCode::Char('c'), Stage::First) => Some(Action::Leave),
            _ => None,
        };
    }
    if key.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    match (key.code, stage) {
        (KeyCode::Enter, Stage::First) => Some(Action::Begin),
        (KeyCode::Char('q'), _) => Some(Action::Leave),
        (KeyCode::Char('?'), _) => Some(Action::Help),
        (_, Stage::First) => None,
        (KeyCode::Enter, Stage::Main) => Some(Action::Run),
        (KeyCode::Tab, Stage::Main) => Some(Action::NextPane),
        (KeyCode::BackTab, Stage::Main) => Some(Action::PreviousPane),
        (KeyCode::Char(c), Stage::Main) => match c {
            'a' => Some(Action::RunOn),
            'r' => Some(Action::Retry),
            's' => Some(Action::Skip),
            'c' => Some(Action::Cancel),
            'n' => Some(Action::Note),
            'x' => Some(Action::Abandon),
            'u' => Some(Action::Undo),
            'w' => Some(Action::Waive),
            'b' => Some(Action::Blockers),
            'e' => Some(Action::EndBackground),
            'o' => Some(Action::Output),
            _ => None,
        },
        _ => None,
    }
}
