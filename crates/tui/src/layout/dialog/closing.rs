//! How far the run came, before it is left: what is done, what is not, what stays up no longer, and what to type next.

use stepmark_core::StepIndex;
use stepmark_core::progress::StepState;
use stepmark_core::runner::rollback_plan;

use super::says::Said;
use crate::brief::whole;
use crate::screen::Screen;

/// Steps that are named of each kind; of more, only the number.
const NAMES_MAX: usize = 8;

/// The summary.
pub(super) fn says(screen: &Screen) -> Vec<Said> {
    let palette = screen.palette;
    let plain = palette.plain();
    let (done, all) = screen.progress.tally(screen.plan());
    let is_complete = screen.progress.is_complete(screen.plan());
    let time = screen.progress.started_at().zip(screen.now);
    let time = time.map_or_else(String::new, |(from, to)| {
        format!(" after {}", whole(to.since(from)))
    });
    let (head, style) = match is_complete {
        true => (
            format!("All {all} steps are settled{time}."),
            palette.good(),
        ),
        false => (
            format!("{done} of {all} steps are done{time}."),
            palette.strong(),
        ),
    };
    let mut said = vec![(head, style)];
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
    let mut next = vec![("`stepmark report last` tells what happened", is_complete)];
    next.push(("`stepmark resume` goes on", !is_complete));
    let may_undo = !rollback_plan(screen.plan(), &screen.progress, None)
        .undo
        .is_empty();
    next.push(("`stepmark rollback last` undoes it", may_undo));
    let next: Vec<&str> = next
        .into_iter()
        .filter(|(_, is_true)| *is_true)
        .map(|(text, _)| text)
        .collect();
    said.push((format!("{}.", next.join("; ")), plain));
    said
}

type Kind = (&'static str, ratatui::style::Style, fn(&StepState) -> bool);

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
