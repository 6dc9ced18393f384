//! Keys, buttons and pasted text while a dialog is open.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use stepmark_core::StepIndex;
use stepmark_core::runner::Command;

use super::act::{act, ask, drop_typed_ahead, is_typed_ahead, start, start_all};
use super::typing;
use crate::action::Action;
use crate::dialog::{Dialog, Does, Question, UNDO};
use crate::layout::layout;
use crate::screen::Screen;
use crate::wish::Wish;

/// Answers a key.
pub(super) fn pressed(screen: &mut Screen, key: KeyEvent) -> Vec<Wish> {
    let typed_ahead = is_typed_ahead(screen);
    let Some(dialog) = &mut screen.dialog else {
        return Vec::new();
    };
    let buttons = dialog.buttons();
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let is_bare = !key
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    match key.code {
        KeyCode::Esc => return act(screen, Action::Dismiss),
        // A running step is cancelled whatever stands over it; what was typed so far stays.
        KeyCode::Char('c') if control => {
            let action = match screen.may_cancel() {
                true => Action::Cancel,
                false => Action::Dismiss,
            };
            return act(screen, action);
        }
        KeyCode::Char('z') if control => return act(screen, Action::Suspend),
        KeyCode::Enter if typing::goes_on(dialog) => {}
        KeyCode::Enter if dialog.takes_text() => return act(screen, Action::Accept),
        KeyCode::Enter if typed_ahead => {
            drop_typed_ahead(screen);
        }
        KeyCode::Enter => {
            let chosen = buttons.get(dialog.choice).map(|(action, ..)| *action);
            let opens_by_itself = matches!(
                dialog.question,
                Question::Undo { .. } | Question::Unknown { .. }
            );
            if opens_by_itself && chosen == Some(Action::Dismiss) {
                // Held down, it would go on to what the dialog stood over.
                screen.dropped_at = screen.now;
            }
            return chosen.map_or_else(Vec::new, |action| act(screen, action));
        }
        _ if dialog.takes_text() => typing::pressed(dialog, key),
        KeyCode::Char(c) if is_bare && dialog.action_of(c).is_some() => {
            let action = dialog.action_of(c);
            return action.map_or_else(Vec::new, |action| act(screen, action));
        }
        KeyCode::Char('q' | '?') if dialog.only_tells() => return act(screen, Action::Dismiss),
        KeyCode::Tab | KeyCode::Right => {
            dialog.choice = (dialog.choice + 1) % buttons.len().max(1);
        }
        KeyCode::BackTab | KeyCode::Left => {
            let count = buttons.len().max(1);
            dialog.choice = (dialog.choice + count - 1) % count;
        }
        KeyCode::Down | KeyCode::Char('j') => scroll(screen, 1),
        KeyCode::Up | KeyCode::Char('k') => scroll(screen, -1),
        KeyCode::PageDown => scroll(screen, 5),
        KeyCode::PageUp => scroll(screen, -5),
        _ => {}
    }
    Vec::new()
}

/// Takes pasted text into the field that takes text.
pub(super) fn pasted(screen: &mut Screen, text: &str) {
    if screen.dialog.is_none() && super::search::pasted(screen, text) {
        return;
    }
    if let Some(dialog) = &mut screen.dialog {
        typing::pasted(dialog, text);
    }
}

/// Does what the open dialog proposes.
pub(super) fn accepted(screen: &mut Screen) -> Vec<Wish> {
    let Some(dialog) = &mut screen.dialog else {
        return Vec::new();
    };
    let typed = dialog.typed().trim().to_owned();
    if objects(dialog, &typed) {
        return Vec::new();
    }
    if let Some((step, answer)) = confirmed_tick(&dialog.question, &typed) {
        return tick(screen, step, answer);
    }
    let wish = match &dialog.question {
        Question::Waive { connection } => Command::Waive {
            connection: connection.clone(),
            reason: typed,
        },
        Question::TypedUndo { to } => Command::RollBack { to: *to },
        Question::Resolve { step, resolution } => Command::Resolve {
            step: *step,
            resolution: *resolution,
            reason: typed,
        },
        Question::Confirm { step, .. } => Command::Confirm {
            step: *step,
            answer: "y".to_owned(),
        },
        Question::TypedConfirm { step, .. } => Command::Confirm {
            step: *step,
            answer: typed,
        },
        Question::Tick { step, .. } => Command::Tick {
            step: *step,
            values: values(dialog),
        },
        Question::Skip { step } => Command::Skip {
            step: *step,
            reason: typed,
        },
        Question::Note { step } => Command::Note {
            step: *step,
            text: typed,
        },
        Question::Abandon { connection, .. } => Command::Abandon(connection.clone()),
        Question::EndBackground { step } => Command::StopBackground(*step),
        Question::LeaveRunning { .. } => Command::Stop,
        Question::LeaveOpen { .. } => Command::Leave,
        Question::StateMissing { .. }
        | Question::Undo { .. }
        | Question::UndoFailed { .. }
        | Question::Unknown { .. }
        | Question::OpenFailed { .. }
        | Question::Blockers
        | Question::Values
        | Question::Closing
        | Question::Help => {
            screen.dialog = None;
            return Vec::new();
        }
    };
    let starts = starts_work(&wish);
    // What was typed stays where it is while the last key is being answered.
    if !(starts && screen.asked) {
        screen.dialog = None;
    }
    match starts {
        true => start(screen, wish),
        false => vec![Wish::Send(wish)],
    }
}

fn starts_work(command: &Command) -> bool {
    matches!(
        command,
        Command::Confirm { .. }
            | Command::Tick { .. }
            | Command::RollBack { .. }
            | Command::Resolve { .. }
    )
}

/// The manual step whose question `typed` answers, with what.
fn confirmed_tick(question: &Question, typed: &str) -> Option<(StepIndex, String)> {
    match question {
        Question::Confirm {
            step,
            does: Does::Tick,
        } => Some((*step, "y".to_owned())),
        Question::TypedConfirm {
            step,
            does: Does::Tick,
            ..
        } => Some((*step, typed.to_owned())),
        Question::Tick {
            step,
            answer: Some(answer),
            ..
        } => Some((*step, answer.clone())),
        _ => None,
    }
}

/// Sends the answer to a manual step's question, and its tick behind it; asks before for the values that it captures.
fn tick(screen: &mut Screen, step: StepIndex, answer: String) -> Vec<Wish> {
    let names = screen.plan().step(step).flow.captures.clone();
    let typed = match &screen.dialog {
        Some(
            dialog @ Dialog {
                question: Question::Tick { .. },
                ..
            },
        ) => values(dialog),
        Some(_) | None => Vec::new(),
    };
    if typed.len() < names.len() {
        let question = Question::Tick {
            step,
            names,
            answer: Some(answer),
        };
        ask(screen, question);
        return Vec::new();
    }
    // What was typed stays where it is while the last press is being answered.
    if !screen.asked {
        screen.dialog = None;
        screen.ticked = Some(step);
    }
    let confirm = Command::Confirm { step, answer };
    let values = typed;
    start_all(screen, [confirm, Command::Tick { step, values }])
}

/// What was typed into each field.
fn values(dialog: &Dialog) -> Vec<String> {
    let values = dialog.inputs.iter().map(|input| input.value().trim());
    values.map(str::to_owned).collect()
}

/// Whether what was typed cannot be the answer; the dialog then says why.
fn objects(dialog: &mut Dialog, typed: &str) -> bool {
    let wanted = |word: &str| Some(format!("That is not \u{201c}{word}\u{201d} yet."));
    let empty = dialog
        .inputs
        .iter()
        .position(|input| input.value().trim().is_empty());
    let complaint = match (&dialog.question, empty) {
        (Question::TypedConfirm { wanted: word, .. }, _) if word != typed => wanted(word),
        (Question::TypedUndo { .. }, _) if typed != UNDO => wanted(UNDO),
        (Question::Tick { names, .. }, Some(at)) => {
            dialog.field = at;
            Some(format!("{} has no value yet.", names[at]))
        }
        (question, Some(_)) => emptiness(question).map(str::to_owned),
        (_, None) => None,
    };
    let objects = complaint.is_some();
    if objects {
        dialog.complaint = complaint;
    }
    objects
}

/// What is said where nothing was typed that must be.
fn emptiness(question: &Question) -> Option<&'static str> {
    match question {
        Question::Skip { .. } => Some("Skipping takes a reason."),
        Question::Waive { .. } => Some("Going on without it takes a reason."),
        Question::Resolve { .. } => Some("Say how you know; it is recorded."),
        Question::Note { .. } => Some("There is nothing to write down yet."),
        _ => None,
    }
}

/// Brings the text's scroll position back to where there is text.
pub(super) fn keep_in_range(screen: &mut Screen) {
    let last = layout(screen).dialog.map_or(0, |dialog| {
        let height = usize::from(dialog.text_area.height);
        dialog.text.len().saturating_sub(height)
    });
    if let Some(dialog) = &mut screen.dialog {
        dialog.top = dialog.top.min(last);
    }
}

fn scroll(screen: &mut Screen, rows: isize) {
    if let Some(dialog) = &mut screen.dialog {
        dialog.top = dialog.top.saturating_add_signed(rows);
    }
    keep_in_range(screen);
}
