//! Which key means what. What the help says of it stands in `help`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::Keys;
use crate::action::Action;
use crate::screen::Stage;

/// An action with its usual key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding {
    pub(crate) action: Action,
    /// How the settings call it.
    pub(crate) name: &'static str,
    pub(crate) key: char,
    /// What it does, for the help.
    pub(crate) help: &'static str,
}

const fn binding(action: Action, name: &'static str, key: char, help: &'static str) -> Binding {
    Binding {
        action,
        name,
        key,
        help,
    }
}

/// Every action that has a key of its own, in the order of the help.
pub(crate) const BINDINGS: &[Binding] = &[
    binding(
        Action::RunOn,
        "run-on",
        'a',
        "run on until a step fails or asks",
    ),
    binding(Action::Retry, "retry", 'r', "retry the selected step"),
    binding(Action::Skip, "skip", 's', "skip it, with a reason"),
    binding(
        Action::Cancel,
        "cancel",
        'c',
        "cancel a step, a wait or a retry; again is harder",
    ),
    binding(
        Action::Undo,
        "undo",
        'u',
        "undo what the run did, newest first",
    ),
    binding(
        Action::Abandon,
        "roll-back",
        'x',
        "roll back the open transaction",
    ),
    binding(
        Action::Waive,
        "waive",
        'w',
        "go on without what was lost with a session",
    ),
    binding(
        Action::EndBackground,
        "end",
        'e',
        "end the selected background step",
    ),
    binding(Action::Note, "note", 'n', "write a note into the record"),
    binding(
        Action::Blockers,
        "blockers",
        'b',
        "who is in the way of the running step",
    ),
    binding(
        Action::Inputs,
        "inputs",
        'v',
        "inputs, captured values, connections, the run",
    ),
    binding(
        Action::Graph,
        "graph",
        'g',
        "which step needs which, and back",
    ),
    binding(Action::Output, "output", 'o', "output alone, and back"),
    binding(
        Action::Search,
        "search",
        '/',
        "search the runbook, or the output there",
    ),
    binding(
        Action::Copy,
        "copy",
        'y',
        "copy the step's text, or its output there",
    ),
    binding(
        Action::Leave,
        "leave",
        'q',
        "leave; the record says how far it came",
    ),
];

/// Actions whose keys work before the runbook is opened.
pub(crate) const ON_THE_FIRST_SCREEN: [Action; 2] = [Action::Inputs, Action::Leave];

/// What `key` does, apart from moving and scrolling.
pub(crate) fn action(key: KeyEvent, stage: Stage, keys: &Keys) -> Option<Action> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match (key.code, stage) {
            (KeyCode::Char('c'), Stage::Main) => Some(Action::Interrupt),
            (KeyCode::Char('c'), Stage::First) => Some(Action::Leave),
            (KeyCode::Char('z'), _) => Some(Action::Suspend),
            _ => None,
        };
    }
    if key.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    match (key.code, stage) {
        (KeyCode::Enter, Stage::First) => Some(Action::Begin),
        (KeyCode::Char('?'), _) => Some(Action::Help),
        (KeyCode::Char(c), Stage::First) => {
            let works = |action: &Action| ON_THE_FIRST_SCREEN.contains(action);
            keys.action(c).filter(works)
        }
        (KeyCode::Enter, Stage::Main) => Some(Action::Run),
        (KeyCode::Tab, Stage::Main) => Some(Action::NextPane),
        (KeyCode::BackTab, Stage::Main) => Some(Action::PreviousPane),
        (KeyCode::Char(c), Stage::Main) => keys.action(c),
        _ => None,
    }
}
