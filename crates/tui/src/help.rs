//! What the help says where one is: keys that one action belongs to, which can be clicked as well; keys that only a keyboard
//! has a use for, apart from those; and what the signs mean. Decision 0025.

use stepmark_core::progress::StepState;

use crate::action::Action;
use crate::keymap::{BINDINGS, Binding, ON_THE_FIRST_SCREEN};
use crate::replay::Travel;
use crate::screen::{Screen, Stage, View};

/// A line of the help: keys, what they do, and the action that a click on it does.
pub(crate) type HelpLine = (String, String, Option<Action>);

/// The help of what works where one is.
pub(crate) fn lines(screen: &Screen) -> Vec<HelpLine> {
    let mut lines = does(screen);
    let told = |(keys, what): &Fixed| ((*keys).to_owned(), (*what).to_owned(), None);
    lines.push(heading(""));
    lines.push(heading(
        "with keys alone (the mouse has clicks, the wheel and borders)",
    ));
    lines.extend(moving(screen).iter().map(told));
    if screen.stage == Stage::Main {
        lines.push(heading(""));
        lines.push(heading("signs"));
        lines.extend(signs(screen));
    }
    lines
}

/// The lines that do something.
fn does(screen: &Screen) -> Vec<HelpLine> {
    let line = |key: &str, what: &str, action| (key.to_owned(), what.to_owned(), Some(action));
    let mut lines: Vec<HelpLine> = Vec::new();
    if screen.is_replay() {
        let travels = REPLAYED.iter();
        lines.extend(travels.map(|(key, what, travel)| line(key, what, Action::Record(*travel))));
    }
    lines.extend(match (screen.stage, screen.view) {
        (Stage::First, _) => {
            let what = "open the runbook; nothing runs by itself";
            Some(line("Enter", what, Action::Begin))
        }
        (Stage::Main, View::Graph) => {
            let what = "leave the graph with the selected step on the page";
            Some(line("Enter", what, Action::ShowStep))
        }
        (Stage::Main, View::Panes | View::Output) if screen.is_replay() => None,
        (Stage::Main, View::Panes | View::Output) => {
            let what = "run, tick or settle the step (or click its button)";
            Some(line("Enter", what, Action::Run))
        }
    });
    let works = |binding: &&Binding| match screen.stage {
        Stage::First => ON_THE_FIRST_SCREEN.contains(&binding.action),
        Stage::Main => !screen.is_replay() || !binding.action.needs_run(),
    };
    lines.extend(BINDINGS.iter().filter(works).filter_map(|binding| {
        let key = screen.keys.key(binding.action)?;
        let key = match binding.action {
            Action::Cancel => format!("{key}, Ctrl-C"),
            _ => key.to_string(),
        };
        Some(line(&key, binding.help, binding.action))
    }));
    if screen.search.is_some() {
        lines.push(line("n", "next match of the search", Action::NextMatch));
        lines.push(line("N", "the match before", Action::PreviousMatch));
        lines.push(line("Esc", "end the search", Action::EndSearch));
    }
    if screen.stage == Stage::Main && screen.view != View::Graph {
        let what = "next pane: steps, runbook, output";
        lines.push(line("Tab", what, Action::NextPane));
        let what = "scroll by what is seen; Home and End go to the ends";
        lines.push(line("PgDn", what, Action::PageDown));
        lines.push(line("PgUp", "the same, back", Action::PageUp));
    }
    let what = "suspend; fg in the shell comes back";
    lines.push(line("Ctrl-Z", what, Action::Suspend));
    lines
}

fn heading(text: &str) -> HelpLine {
    (String::new(), text.to_owned(), None)
}

/// Keys, and what they do.
type Fixed = (&'static str, &'static str);

const SELECTING: Fixed = ("j k, arrows", "select a step, or scroll the pane with [ ]");
const BORDERS: Fixed = ("< > + -", "wider steps, higher output (or drag a border)");

fn moving(screen: &Screen) -> &'static [Fixed] {
    match (screen.stage, screen.view) {
        (Stage::First, _) => &[("j k, arrows", "scroll"), ("PgUp PgDn", "scroll further")],
        (Stage::Main, View::Graph) => &[
            ("j k, arrows", "select a step"),
            ("PgUp PgDn", "select one further off; Home and End the ends"),
        ],
        (Stage::Main, View::Panes | View::Output) if screen.is_replay() => &[
            SELECTING,
            (
                "Left Right",
                "in the output: scroll wide lines (there l h are records)",
            ),
            BORDERS,
        ],
        (Stage::Main, View::Panes | View::Output) => {
            &[SELECTING, ("Left Right", "scroll wide output"), BORDERS]
        }
    }
}

/// Keys over a run that is read again.
const REPLAYED: [(&str, &str, Travel); 6] = [
    ("Right, l", "the next record", Travel::On),
    ("Left, h", "the record before", Travel::Back),
    ("]", "the next outcome", Travel::OnOutcome),
    ("[", "the outcome before", Travel::BackOutcome),
    ("}", "the last record", Travel::Last),
    ("{", "the first record", Travel::First),
];

/// What the signs before steps mean, two a line.
fn signs(screen: &Screen) -> Vec<HelpLine> {
    let state = |state: StepState, word| (screen.glyphs.state(&state), word);
    let undone = StepState::Undone {
        end: stepmark_core::record::TransactionEnd::RolledBack,
        by: None,
    };
    let signs = [
        state(StepState::Pending, "to be done"),
        state(StepState::Running, "running"),
        state(StepState::Succeeded, "done"),
        state(StepState::Failed, "failed"),
        state(StepState::Unknown, "nobody knows; a probe"),
        state(StepState::Skipped, "skipped"),
        state(StepState::NotNeeded, "not needed"),
        state(StepState::Up, "up in the background"),
        state(StepState::Held, "held in a transaction"),
        state(undone, "undone with its transaction"),
        state(StepState::RolledBack, "undone by its undo step"),
        (screen.glyphs.undoes(), "what undoes a step"),
        (screen.glyphs.needs(), "what a step needs"),
    ];
    let said = |(sign, word): &(&str, &str)| format!("{sign:<3}{word}");
    signs
        .chunks(2)
        .map(|pair| {
            let left = pair.first().map(said).unwrap_or_default();
            let right = pair.get(1).map(said).unwrap_or_default();
            (left, right)
        })
        .map(|(left, right)| (String::new(), format!("{left:<27}{right}"), None))
        .collect()
}
