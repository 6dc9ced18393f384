//! What a dialog says.

use ratatui::style::Style;
use stepmark_core::plan::{SessionState, StepKind};
use stepmark_core::runner::OpenFailure;
use stepmark_core::{ConnectionName, StepId, StepIndex};

use super::{closing, in_the_way, nobody_knows, undo, values};
use crate::action::Action;
use crate::dialog::{Dialog, Question};
use crate::help;
use crate::layout::setting_lines::setting_lines;
use crate::paint::target_text;
use crate::screen::Screen;
use crate::text::{chop, more_lines, wrap};

/// Lines of a step's text that a dialog quotes.
const QUOTED_LINES_MAX: usize = 6;

/// A paragraph and its style.
pub(super) type Said = (String, Style);

/// What `dialog` says, a paragraph each; only code is broken here, to `columns`.
pub(super) fn says(screen: &Screen, dialog: &Dialog, columns: usize) -> Vec<Said> {
    let palette = screen.palette;
    let plain = palette.plain();
    let mut said = match &dialog.question {
        Question::Confirm { step, .. } => quoted(screen, *step, columns),
        Question::TypedConfirm { step, wanted, does } => {
            let what = format!("Type {wanted} to {} it.", does.word());
            asked(screen, *step, columns, what)
        }
        Question::Tick { step, names, .. } => {
            let what = match names.as_slice() {
                [name] => format!("What is {name}? The value is recorded."),
                _ => "What are these? Tab goes to the next; the values are recorded.".to_owned(),
            };
            asked(screen, *step, columns, what)
        }
        Question::Skip { step } => {
            let id = &screen.plan().step(*step).id;
            let text = format!(
                "Why is {id} skipped? The reason is recorded, and steps that need it may run then."
            );
            vec![(text, plain)]
        }
        Question::Note { step } => vec![(note(screen, *step), plain)],
        Question::Abandon { connection, held } => vec![(
            format!("Send ROLLBACK on {connection}? {}", lost(*held)),
            plain,
        )],
        Question::Undo { down } => undo::says(screen, *down),
        Question::TypedUndo { to } => undo::typed(screen, *to),
        Question::UndoFailed { step, may_skip } => undo::stopped(screen, *step, *may_skip),
        Question::Unknown { step, ways } => nobody_knows::says(screen, *step, *ways),
        Question::Resolve { step, resolution } => nobody_knows::resolve(screen, *step, *resolution),
        Question::EndBackground { step } => end_background(screen, *step),
        Question::LeaveRunning { step } => {
            let id = &screen.plan().step(*step).id;
            let text = format!("Step {id} is running. It can be cancelled, and the run put down.");
            with_summary(screen, text)
        }
        Question::LeaveOpen { connection, held } => {
            let what = "which rolls its transaction back.";
            let lost = lost(*held);
            let text = format!("Leaving ends the session of {connection}, {what} {lost}");
            with_summary(screen, text)
        }
        Question::StateMissing { connection, steps } => state_missing(screen, connection, steps),
        Question::Waive { connection } => vec![(waive(connection), plain)],
        Question::OpenFailed {
            connection,
            failure,
        } => open_failed(screen, connection.as_str(), failure),
        Question::Blockers => in_the_way::says(screen),
        Question::Values => values::says(screen),
        Question::Closing => closing::says(screen),
        Question::Help => listed(screen, columns),
    };
    if let Some(complaint) = &dialog.complaint {
        said.push((complaint.clone(), palette.bad()));
    }
    said
}

fn listed(screen: &Screen, columns: usize) -> Vec<Said> {
    let palette = screen.palette;
    let lines = help_lines(screen, columns).into_iter();
    lines
        .map(|(text, action)| match action {
            Some(_) => (text, palette.plain()),
            None => (text, palette.dim()),
        })
        .collect()
}

/// The help in lines of at most `columns`, each with what a click on it does.
fn help_lines(screen: &Screen, columns: usize) -> Vec<(String, Option<Action>)> {
    let room = columns.saturating_sub(HELP_KEY_COLUMNS).max(1);
    let mut lines = Vec::new();
    for (keys, what, action) in help::lines(screen) {
        let text = wrap(&[(what.into(), screen.palette.plain())], room);
        for (at, spans) in text.into_iter().enumerate() {
            let key = if at == 0 { keys.as_str() } else { "" };
            let what: String = spans.iter().map(|span| span.content.as_ref()).collect();
            lines.push((format!("{key:<HELP_KEY_COLUMNS$}{what}"), action));
        }
    }
    lines
}

/// Columns that the help's keys take.
const HELP_KEY_COLUMNS: usize = 13;

/// How much further lines that go on are indented.
pub(super) fn hanging(dialog: &Dialog) -> usize {
    match dialog.question {
        Question::Values | Question::OpenFailed { .. } => 4,
        _ => 0,
    }
}

/// What a click on each paragraph does, as far as they do something: with no keyboard the help is a menu.
pub(super) fn links(screen: &Screen, dialog: &Dialog, columns: usize) -> Vec<Option<Action>> {
    match dialog.question {
        Question::Help => {
            let lines = help_lines(screen, columns).into_iter();
            lines.map(|(_, action)| action).collect()
        }
        Question::Unknown { step, ways } => nobody_knows::links(screen, step, ways),
        Question::UndoFailed { step, may_skip } => undo::links(screen, step, may_skip),
        _ => Vec::new(),
    }
}

fn note(screen: &Screen, step: Option<StepIndex>) -> String {
    match step {
        Some(step) => {
            let id = &screen.plan().step(step).id;
            format!("A note on {id}, kept in the run's record.")
        }
        None => "A note on the run, kept in its record.".to_owned(),
    }
}

fn end_background(screen: &Screen, step: StepIndex) -> Vec<Said> {
    let id = &screen.plan().step(step).id;
    let time = screen.elapsed(step);
    let time = time.map_or_else(String::new, |time| format!(" for {time}"));
    let plain = screen.palette.plain();
    vec![
        (format!("{id} is up{time}."), plain),
        (
            "It is asked to end, and killed with all that it started if it does not.".to_owned(),
            plain,
        ),
    ]
}

fn waive(connection: &ConnectionName) -> String {
    format!(
        "Why does it not matter that the new session of {connection} lacks what was lost? The reason is recorded."
    )
}

/// What each step had left in a session that is gone.
fn state_missing(
    screen: &Screen,
    connection: &ConnectionName,
    steps: &[(StepId, Vec<SessionState>)],
) -> Vec<Said> {
    let (plain, strong) = (screen.palette.plain(), screen.palette.strong());
    let what = "was lost, and what these steps had left in it is gone:";
    let mut said = vec![(format!("The session of {connection} {what}"), plain)];
    for (step, states) in steps {
        let words: Vec<&str> = states.iter().map(|state| state.words()).collect();
        said.push((format!("  {step}: {}", words.join(", ")), strong));
    }
    let choice = "Run them again before anything else runs there, or go on without it and say why.";
    said.push((String::new(), plain));
    said.push((choice.to_owned(), plain));
    said
}

fn lost(held: usize) -> String {
    match held {
        0 => "No step is held in it.".to_owned(),
        1 => "The step held in it is undone.".to_owned(),
        held => format!("The {held} steps held in it are undone."),
    }
}

/// What leaving does, and how far the run came, as whoever leaves otherwise is told.
fn with_summary(screen: &Screen, text: String) -> Vec<Said> {
    let plain = screen.palette.plain();
    let mut said = vec![(text, plain), (String::new(), plain)];
    said.extend(closing::says(screen));
    said
}

/// The step, and below it what is to be typed.
fn asked(screen: &Screen, step: StepIndex, columns: usize, what: String) -> Vec<Said> {
    let mut said = quoted(screen, step, columns);
    said.push((String::new(), screen.palette.plain()));
    said.push((what, screen.palette.strong()));
    said
}

fn quoted(screen: &Screen, step: StepIndex, columns: usize) -> Vec<Said> {
    let palette = screen.palette;
    let planned = screen.plan().step(step);
    // The title of a task without one of its own is its first line, which stands below.
    let first = planned.body.shown().lines().next().unwrap_or_default();
    let head = match first
        .trim()
        .starts_with(planned.title.trim_end_matches(['…', '~']))
    {
        true => planned.id.to_string(),
        false => format!("{}: {}", planned.id, planned.title),
    };
    let mut said = vec![(head, palette.strong())];
    if let Some(name) = &planned.connection {
        said.push((
            format!("on {name}: {}", target_text(screen, name)),
            palette.plain(),
        ));
    }
    said.push((String::new(), palette.plain()));
    let gutter = match planned.kind {
        StepKind::Manual => "",
        StepKind::Sql | StepKind::Shell(_) => screen.glyphs.pick("│ ", "| "),
    };
    let mut lines = planned.body.shown().lines();
    for line in lines.by_ref().take(QUOTED_LINES_MAX) {
        if planned.kind == StepKind::Manual {
            said.push((line.to_owned(), palette.plain()));
            continue;
        }
        for piece in chop(line, palette.plain(), columns.saturating_sub(2)) {
            said.push((format!("{gutter}{}", piece.content), palette.plain()));
        }
    }
    let more = lines.count();
    if more > 0 {
        let text = format!("{gutter}{} {}", screen.glyphs.ellipsis(), more_lines(more));
        said.push((text, palette.dim()));
    }
    said
}

fn open_failed(screen: &Screen, name: &str, failure: &OpenFailure) -> Vec<Said> {
    let palette = screen.palette;
    let mut said = vec![(format!("{name}: {}", failure.message), palette.bad())];
    if let Some(hint) = &failure.hint {
        said.push((hint.clone(), palette.plain()));
    }
    if !failure.settings.is_empty() {
        said.push((String::new(), palette.plain()));
        said.push(("It was tried with:".to_owned(), palette.plain()));
    }
    for line in setting_lines(&failure.settings) {
        said.push((format!("  {line}"), palette.plain()));
    }
    said
}
