//! Keys, buttons and pasted text while a dialog is open.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use stepmark_core::runner::Command;
use tui_input::InputRequest;

use super::act::{act, start};
use crate::action::Action;
use crate::dialog::Question;
use crate::layout::layout;
use crate::screen::Screen;
use crate::text::is_harmful;
use crate::wish::Wish;

/// Longest text that can be typed, in characters.
const TYPED_CHARS_MAX: usize = 2_000;

/// Answers a key.
pub(super) fn pressed(screen: &mut Screen, key: KeyEvent) -> Vec<Wish> {
    let Some(dialog) = &mut screen.dialog else {
        return Vec::new();
    };
    let buttons = dialog.buttons();
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Esc => return act(screen, Action::Dismiss),
        // A running step is cancelled whatever stands over it; what was typed so far stays.
        KeyCode::Char('c') if control => {
            let action = match screen.progress.running() {
                Some(_) => Action::Cancel,
                None => Action::Dismiss,
            };
            return act(screen, action);
        }
        KeyCode::Enter if dialog.takes_text() => return act(screen, Action::Accept),
        KeyCode::Enter => {
            let chosen = buttons.get(dialog.choice).map(|(action, ..)| *action);
            return chosen.map_or_else(Vec::new, |action| act(screen, action));
        }
        _ if dialog.takes_text() => {
            dialog.complaint = None;
            if let Some(request) = request(key)
                && (dialog.input.value().chars().count() < TYPED_CHARS_MAX
                    || !matches!(request, InputRequest::InsertChar(_)))
            {
                dialog.input.handle(request);
            }
        }
        KeyCode::Char('y') if buttons.len() > 1 => return act(screen, Action::Accept),
        KeyCode::Char('n') if buttons.len() > 1 => return act(screen, Action::Dismiss),
        KeyCode::Char('q' | '?') if buttons.len() == 1 => return act(screen, Action::Dismiss),
        KeyCode::Tab | KeyCode::Left | KeyCode::Right | KeyCode::BackTab => {
            dialog.choice = (dialog.choice + 1) % buttons.len().max(1);
        }
        KeyCode::Down | KeyCode::Char('j') => scroll(screen, 1),
        KeyCode::Up | KeyCode::Char('k') => scroll(screen, -1),
        KeyCode::PageDown => scroll(screen, 5),
        KeyCode::PageUp => scroll(screen, -5),
        _ => {}
    }
    Vec::new()
}

/// Takes pasted text into the input, without its line ends and controls.
pub(super) fn pasted(screen: &mut Screen, text: &str) {
    if let Some(dialog) = &mut screen.dialog
        && dialog.takes_text()
    {
        let room = TYPED_CHARS_MAX.saturating_sub(dialog.input.value().chars().count());
        let spaced = text.trim().replace(['\n', '\t'], " ");
        for c in spaced.chars().filter(|c| !is_harmful(*c)).take(room) {
            dialog.input.handle(InputRequest::InsertChar(c));
        }
    }
}

/// Does what the open dialog proposes.
pub(super) fn accepted(screen: &mut Screen) -> Vec<Wish> {
    let Some(dialog) = &mut screen.dialog else {
        return Vec::new();
    };
    let typed = dialog.input.value().trim().to_owned();
    let wish = match &dialog.question {
        Question::TypedConfirm { wanted, .. } if *wanted != typed => {
            dialog.complaint = Some(format!("That is not \u{201c}{wanted}\u{201d} yet."));
            return Vec::new();
        }
        Question::Skip { .. } if typed.is_empty() => {
            dialog.complaint = Some("Skipping takes a reason.".to_owned());
            return Vec::new();
        }
        Question::Note { .. } if typed.is_empty() => {
            dialog.complaint = Some("There is nothing to write down yet.".to_owned());
            return Vec::new();
        }
        Question::Confirm { step } => Command::Confirm {
            step: *step,
            answer: "y".to_owned(),
        },
        Question::TypedConfirm { step, .. } => Command::Confirm {
            step: *step,
            answer: typed,
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
        Question::LeaveRunning { .. } => Command::Stop,
        Question::LeaveOpen { .. } => Command::Leave,
        Question::OpenFailed { .. } | Question::Help => {
            screen.dialog = None;
            return Vec::new();
        }
    };
    screen.dialog = None;
    match &wish {
        Command::Confirm { .. } => start(screen, wish),
        _ => vec![Wish::Send(wish)],
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

fn request(key: KeyEvent) -> Option<InputRequest> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('a') if control => Some(InputRequest::GoToStart),
        KeyCode::Char('e') if control => Some(InputRequest::GoToEnd),
        KeyCode::Char('u') if control => Some(InputRequest::DeleteLine),
        KeyCode::Char('w') if control => Some(InputRequest::DeletePrevWord),
        KeyCode::Char('k') if control => Some(InputRequest::DeleteTillEnd),
        KeyCode::Char(_) if control || key.modifiers.contains(KeyModifiers::ALT) => None,
        KeyCode::Char(c) => Some(InputRequest::InsertChar(c)),
        KeyCode::Backspace => Some(InputRequest::DeletePrevChar),
        KeyCode::Delete => Some(InputRequest::DeleteNextChar),
        KeyCode::Left if control => Some(InputRequest::GoToPrevWord),
        KeyCode::Right if control => Some(InputRequest::GoToNextWord),
        KeyCode::Left => Some(InputRequest::GoToPrevChar),
        KeyCode::Right => Some(InputRequest::GoToNextChar),
        KeyCode::Home => Some(InputRequest::GoToStart),
        KeyCode::End => Some(InputRequest::GoToEnd),
        _ => None,
    }
}
