//! Text typed and pasted into a dialog's fields, and the way from one field to the next.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use crate::dialog::{Dialog, Question};
use crate::text::is_harmful;

/// Longest text that can be typed, in characters.
const TYPED_CHARS_MAX: usize = 2_000;
/// Longest line that can be searched for, in characters.
const LINE_CHARS_MAX: usize = 200;
/// Longest value of a variable in bytes: what any capture may hold.
const VALUE_BYTES_MAX: usize = 64 * 1024;

/// Answers a key that edits text or goes to another field.
pub(super) fn pressed(dialog: &mut Dialog, key: KeyEvent) {
    dialog.complaint = None;
    let count = dialog.inputs.len().max(1);
    match key.code {
        KeyCode::Tab | KeyCode::Down => dialog.field = (dialog.field + 1) % count,
        KeyCode::BackTab | KeyCode::Up => dialog.field = (dialog.field + count - 1) % count,
        _ => {
            if let Some(request) = request(key) {
                edit(dialog, request);
            }
        }
    }
}

/// Goes on to the next field, unless this one is the last or still empty.
pub(super) fn goes_on(dialog: &mut Dialog) -> bool {
    let goes_on = dialog.field + 1 < dialog.inputs.len() && !dialog.typed().trim().is_empty();
    if goes_on {
        dialog.complaint = None;
        dialog.field += 1;
    }
    goes_on
}

/// Takes pasted text in. A reason or a note loses its line ends and controls; a value is taken as it is or not at all.
pub(super) fn pasted(dialog: &mut Dialog, text: &str) {
    let is_value = matches!(dialog.question, Question::Tick { .. });
    let Some(input) = dialog.inputs.get_mut(dialog.field) else {
        return;
    };
    let text = text.trim();
    let complaint = match is_value {
        true if text.contains(is_harmful) => {
            "What was pasted holds line ends or control characters; none of it was taken."
        }
        true if input.value().len() + text.len() > VALUE_BYTES_MAX => TOO_LONG,
        true => {
            insert(input, text);
            dialog.complaint = None;
            return;
        }
        false => {
            let room = TYPED_CHARS_MAX.saturating_sub(input.value().chars().count());
            let spaced = text.replace(['\n', '\t'], " ");
            let kept: String = spaced
                .chars()
                .filter(|c| !is_harmful(*c))
                .take(room)
                .collect();
            insert(input, &kept);
            return;
        }
    };
    dialog.complaint = Some(complaint.to_owned());
}

/// Edits a line that is typed outside of a dialog.
pub(super) fn edit_line(input: &mut Input, key: KeyEvent) {
    match request(key) {
        Some(InputRequest::InsertChar(_)) if input.value().chars().count() >= LINE_CHARS_MAX => {}
        Some(request) => {
            input.handle(request);
        }
        None => {}
    }
}

/// The line with pasted text in it.
pub(super) fn with_line(mut input: Input, text: &str) -> Input {
    let room = LINE_CHARS_MAX.saturating_sub(input.value().chars().count());
    let kept: String = text
        .chars()
        .filter(|c| !is_harmful(*c))
        .take(room)
        .collect();
    insert(&mut input, &kept);
    input
}

const TOO_LONG: &str = "A value takes at most 64 KiB; nothing was added.";

fn edit(dialog: &mut Dialog, request: InputRequest) {
    let is_value = matches!(dialog.question, Question::Tick { .. });
    let Some(input) = dialog.inputs.get_mut(dialog.field) else {
        return;
    };
    match request {
        InputRequest::InsertChar(c)
            if is_value && input.value().len() + c.len_utf8() > VALUE_BYTES_MAX =>
        {
            dialog.complaint = Some(TOO_LONG.to_owned());
        }
        InputRequest::InsertChar(_)
            if !is_value && input.value().chars().count() >= TYPED_CHARS_MAX => {}
        _ => {
            input.handle(request);
        }
    }
}

/// At once and not by character, which would take quadratic time.
fn insert(input: &mut Input, text: &str) {
    let cursor = input.cursor();
    let mut value = input.value().to_owned();
    let at = value.char_indices().nth(cursor);
    let at = at.map_or(value.len(), |(at, _)| at);
    value.insert_str(at, text);
    let after = cursor + text.chars().count();
    *input = std::mem::take(input).with_value(value).with_cursor(after);
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
