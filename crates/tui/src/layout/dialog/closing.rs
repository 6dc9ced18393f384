//! How far the run came, before it is left: what is done, what is not, what stays up no longer, and what to type next.

use ratatui::style::Style;
use stepmark_core::StepIndex;
use stepmark_core::progress::StepState;
use stepmark_core::record::Verdict;
use stepmark_core::runner::{rollback_plan, verdict};

use super::says::Said;
use crate::brief::whole;
use crate::screen::Screen;
use crate::undoing;

/// Steps that are named of each kind; of more, only the number.
const NAMES_MAX: usize = 8;

/// The summary.
pub(super) fn says(screen: &Screen) -> Vec<Said> {
    let palette = screen.palette;
    let plain = palette.plain();
    let end = verdict(screen.plan(), &screen.progress);
    let mut said = vec![head(screen, end)];
    for (what, style, wanted) in kinds(screen) {
        let steps = screen.plan().indexed().filter(|(_, step)| step.is_main());
        let steps = steps.filter(|(index, _)| wanted(&screen.progress.step(*index).state));
        let steps: Vec<StepIndex> = steps.map(|(index, _)| index).collect();
        if !steps.is_empty() {
            said.push((format!("  {what}: {}", names(screen, &steps)), style));
        }
    }
    let up: Vec<StepIndex> = screen.up().collect();
    if !up.is_empty() {
        let text = format!(
            "  up in the background, ends with leaving: {}",
            names(screen, &up)
        );
        said.push((text, palette.warn()));
    }
    said.push((String::new(), plain));
    said.push((format!("Record: {}", screen.opening.log), plain));
    said.push((next(screen, end), plain));
    said
}

/// How far it came.
fn head(screen: &Screen, end: Option<Verdict>) -> Said {
    let palette = screen.palette;
    let (done, all) = screen.progress.tally(screen.plan());
    let time = screen.progress.started_at().zip(screen.now);
    let time = time.map_or_else(String::new, |(from, to)| {
        format!(" after {}", whole(to.since(from)))
    });
    match (end, undoing::under_way(screen)) {
        (Some(Verdict::Succeeded), _) => {
            let text = format!("All {all} steps are settled{time}.");
            (text, palette.good())
        }
        (Some(Verdict::RolledBack), _) => {
            let text = "All that has an undo is undone; the run ends as rolled back.";
            (text.to_owned(), palette.good())
        }
        (None, Some(undoing)) => (undoing::left_at(undoing), palette.bad()),
        (None, None) => {
            let text = format!("{done} of {all} steps are done{time}.");
            (text, palette.strong())
        }
    }
}

/// What to type next, as sentences.
fn next(screen: &Screen, end: Option<Verdict>) -> String {
    let opening = &screen.opening;
    let told = format!("`stepmark report {}` tells what happened", opening.run);
    match (end, opening.why_not_taken_up()) {
        (Some(_), Some(_)) => return format!("{told}."),
        (None, Some(why)) => return why,
        (Some(_) | None, None) => {}
    }
    let found = rollback_plan(screen.plan(), &screen.progress, None);
    let resume = opening.command("resume");
    let rollback = opening.command("rollback");
    match (end, undoing::under_way(screen), found.undo.is_empty()) {
        (Some(_), _, true) => format!("{told}."),
        (Some(_), _, false) => format!("{told}; `{rollback}` undoes it."),
        (None, Some(_), _) => format!("`{resume}` goes on with it."),
        (None, None, true) => format!("`{resume}` goes on."),
        (None, None, false) => format!("`{resume}` goes on; `{rollback}` undoes it."),
    }
}

type Kind = (&'static str, Style, fn(&StepState) -> bool);

fn kinds(screen: &Screen) -> [Kind; 6] {
    let palette = screen.palette;
    [
        ("outcome unknown", palette.bad(), |state| {
            *state == StepState::Unknown
        }),
        ("failed", palette.bad(), |state| *state == StepState::Failed),
        ("undone", palette.warn(), |state| {
            matches!(state, StepState::Undone { .. })
        }),
        ("rolled back", palette.warn(), |state| {
            *state == StepState::RolledBack
        }),
        ("skipped", palette.plain(), |state| {
            *state == StepState::Skipped
        }),
        ("to be done", palette.plain(), |state| {
            *state == StepState::Pending
        }),
    ]
}

fn names(screen: &Screen, steps: &[StepIndex]) -> String {
    let id = |step: &StepIndex| screen.plan().step(*step).id.as_str();
    let named: Vec<&str> = steps.iter().take(NAMES_MAX).map(id).collect();
    match steps.len().saturating_sub(NAMES_MAX) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
