//! Which key means what, and the help that says so.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::Keys;
use crate::action::Action;
use crate::screen::{Screen, Stage, View};

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

/// A line of the help: keys, what they do, and the action that a click on it does.
pub(crate) type HelpLine = (String, &'static str, Option<Action>);

/// The help of what works where one is.
pub(crate) fn help(screen: &Screen) -> Vec<HelpLine> {
    let fixed = |(keys, what): &(&str, &'static str)| ((*keys).to_owned(), *what, None);
    let enter = |what: &'static str, action| ("Enter".to_owned(), what, Some(action));
    let mut lines: Vec<HelpLine> = Vec::new();
    if screen.is_replay() {
        lines.extend(REPLAYED.iter().map(fixed));
    }
    lines.extend(match (screen.stage, screen.view) {
        (Stage::First, _) => {
            let what = "open the runbook; nothing runs by itself";
            Some(enter(what, Action::Begin))
        }
        (Stage::Main, View::Graph) => {
            let what = "leave the graph with the selected step on the page";
            Some(enter(what, Action::ShowStep))
        }
        (Stage::Main, View::Panes | View::Output) if screen.is_replay() => None,
        (Stage::Main, View::Panes | View::Output) => {
            let what = "run, tick or settle the step (or click its button)";
            Some(enter(what, Action::Run))
        }
    });
    let works = |binding: &&Binding| match screen.stage {
        Stage::First => ON_THE_FIRST_SCREEN.contains(&binding.action),
        Stage::Main => !screen.is_replay() || !binding.action.needs_run(),
    };
    lines.extend(BINDINGS.iter().filter(works).filter_map(|binding| {
        let key = screen.keys.key(binding.action)?;
        let keys = match binding.action {
            Action::Cancel => format!("{key}, Ctrl-C"),
            _ => key.to_string(),
        };
        Some((keys, binding.help, Some(binding.action)))
    }));
    lines.push((String::new(), "", None));
    let moving = match (screen.stage, screen.view) {
        (Stage::First, _) => MOVING_ON_THE_FIRST_SCREEN,
        (Stage::Main, View::Graph) => MOVING_IN_THE_GRAPH,
        (Stage::Main, View::Panes | View::Output) if screen.is_replay() => MOVING_IN_A_REPLAY,
        (Stage::Main, View::Panes | View::Output) => MOVING,
    };
    lines.extend(moving.iter().chain(&SUSPENDING).map(fixed));
    lines
}

/// Actions whose keys work before the runbook is opened.
const ON_THE_FIRST_SCREEN: [Action; 2] = [Action::Inputs, Action::Leave];

/// Keys, and what they do.
type Fixed = (&'static str, &'static str);

const SELECTING: Fixed = ("j k, arrows", "select a step, or scroll the pane with [ ]");
const PANES: Fixed = ("Tab", "next pane: steps, runbook, output");
const SCROLLING: Fixed = ("PgUp PgDn", "scroll; Home and End go to the ends");
const MATCHES: Fixed = ("n N", "next and previous match of a search, Esc ends it");
const BORDERS: Fixed = ("< > + -", "wider steps, higher output (or drag a border)");
const SUSPENDING: [Fixed; 1] = [("Ctrl-Z", "suspend; fg in the shell comes back")];

/// Keys that move, which are always the same.
const MOVING: &[Fixed] = &[
    SELECTING,
    PANES,
    SCROLLING,
    ("Left Right", "scroll wide output"),
    MATCHES,
    BORDERS,
];

/// Keys that move in a run that is read again.
const MOVING_IN_A_REPLAY: &[Fixed] = &[
    SELECTING,
    PANES,
    SCROLLING,
    ("Left Right", "in the output: scroll wide lines"),
    MATCHES,
    BORDERS,
];

/// Keys that move in the graph.
const MOVING_IN_THE_GRAPH: &[Fixed] = &[
    ("j k, arrows", "select a step"),
    ("PgUp PgDn", "select one further off; Home and End the ends"),
];

/// Keys that move on the first screen.
const MOVING_ON_THE_FIRST_SCREEN: &[Fixed] =
    &[("j k, arrows", "scroll"), ("PgUp PgDn", "scroll further")];

/// Keys over a run that is read again.
const REPLAYED: &[Fixed] = &[
    (
        "Right Left",
        "the next record, the one before (in the output: l h)",
    ),
    ("] [", "the next outcome, the one before"),
    ("} {", "the last record, the first"),
];

/// What `key` does, apart from moving and scrolling.
pub(crate) fn action(key: KeyEvent, stage: Stage, keys: &Keys) -> Option<Action> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match (key.code, stage) {
            (KeyCode::Char('c'), Stage::Main) => Some(Action::Cancel),
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
