//! What a run that is taken up has behind it: who ran it, and where each step stands.

use ratatui::style::Style;
use stepmark_core::Timestamp;
use stepmark_core::progress::StepState;

use super::says::Said;
use crate::palette::Palette;
use crate::screen::Screen;

/// Names that are listed of each kind; of more, only the number.
const NAMES_MAX: usize = 12;

/// The section on what was before; nothing for a run that begins.
pub(super) fn say(screen: &Screen, said: &mut Said) {
    let Some(up) = &screen.before.taken_up else {
        return;
    };
    let palette = screen.palette;
    said.blank();
    said.say(0, "Taken up", palette.heading(2));
    let begun = screen.progress.started_at();
    let begun = begun.map_or_else(String::new, |at| format!(", begun {}", at.readable()));
    said.say(
        2,
        &format!("Run by {}{begun}", up.runners.join(", then ")),
        palette.plain(),
    );
    let left = up.left_at.map_or_else(String::new, Timestamp::readable);
    let (how, style) = match &up.put_down {
        Some(how) => (format!("Put down {left}: {how}"), palette.plain()),
        None => (
            format!("Its runner was gone without a word; last heard of {left}"),
            palette.warn(),
        ),
    };
    said.say(2, &how, style);
    if let (Some(all), Some(_)) = (screen.progress.rollback(), screen.progress.next_undo()) {
        let text = match all.len() {
            1 => "A rollback of 1 step was cut off".to_owned(),
            count => format!("A rollback of {count} steps was cut off"),
        };
        said.say(2, &text, palette.warn());
    }
    for (word, wanted, style) in kinds(palette) {
        if let Some(names) = names(screen, wanted) {
            said.say(2, &format!("{word}: {names}"), style);
        }
    }
}

/// What a step can be: in words, by its state, and how it looks.
type Kind = (&'static str, fn(&StepState) -> bool, Style);

/// What needs a person first comes first.
fn kinds(palette: Palette) -> [Kind; 6] {
    [
        (
            "unknown, asked about first",
            |state| *state == StepState::Unknown,
            palette.bad(),
        ),
        (
            "failed, tried again",
            |state| *state == StepState::Failed,
            palette.bad(),
        ),
        (
            "undone with its transaction",
            |state| matches!(state, StepState::Undone { .. }),
            palette.warn(),
        ),
        (
            "rolled back",
            |state| *state == StepState::RolledBack,
            palette.warn(),
        ),
        (
            "done",
            |state| *state == StepState::Succeeded,
            palette.good(),
        ),
        (
            "passed over",
            |state| matches!(state, StepState::Skipped | StepState::NotNeeded),
            palette.plain(),
        ),
    ]
}

fn names(screen: &Screen, wanted: fn(&StepState) -> bool) -> Option<String> {
    let main = screen.plan().indexed().filter(|(_, step)| step.is_main());
    let mut found: Vec<&str> = main
        .filter(|(index, _)| wanted(&screen.progress.step(*index).state))
        .map(|(_, step)| step.id.as_str())
        .collect();
    let more = found.len().saturating_sub(NAMES_MAX);
    found.truncate(NAMES_MAX);
    let names = found.join(", ");
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(names),
        (false, more) => Some(format!("{names} and {more} more")),
    }
}
