//! What to type next, where a run was put down. Names the command and not what a person would have to look up.

use std::fmt::Write as _;

use stepmark_core::StepIndex;
use stepmark_core::plan::Plan;
use stepmark_core::progress::{Ending, Progress, StepState};
use stepmark_core::record::PauseReason;
use stepmark_core::runner::rollback_plan;
use stepmark_tui::Opening;

use crate::arguments::TermArguments;

/// Unknown steps that are named.
const UNKNOWN_MAX: usize = 4;

/// The commands that go on with the run that `opening` is of, in the manner that `flags` asked for; nothing where none does.
pub(crate) fn next(opening: &Opening, progress: &Progress, flags: &TermArguments) -> String {
    let Some(Ending::Paused(reason)) = progress.ending() else {
        return String::new();
    };
    if let Some(why) = opening.why_not_taken_up() {
        return format!("{why}\n");
    }
    let plan = &opening.plan;
    let plain = match flags.settings.screen.plain {
        true => " --plain",
        false => "",
    };
    let resume = opening.command("resume");
    let asked = format!("{resume}{plain}");
    // The two exclude each other.
    let headless = if flags.yes { " --yes" } else { plain };
    let mut text = match reason {
        PauseReason::StepUnknown { .. } => {
            return unknown(plan, progress, &asked, &resume);
        }
        PauseReason::StepFailed { .. } => format!(
            "next: {resume}{headless}\n      tries it again, once what made it fail is mended\n"
        ),
        PauseReason::NeedsPerson { .. } => {
            format!("next: {asked}\n      in a terminal goes on and asks\n")
        }
        PauseReason::Target { .. } | PauseReason::StepRefused { .. } => {
            format!("next: {resume}{headless}\n      goes on, once what is in the way is mended\n")
        }
        PauseReason::TransactionLeftOpen { .. }
        | PauseReason::SessionLost { .. }
        | PauseReason::Stopped
        | PauseReason::PartDone => format!("next: {resume}{headless}\n      goes on\n"),
    };
    if !rollback_plan(plan, progress, None).undo.is_empty() {
        let _ = writeln!(
            text,
            "      {}{headless}\n      undoes what has an undo",
            opening.command("rollback")
        );
    }
    text
}

/// How each unknown step is settled, with a person and without.
fn unknown(plan: &Plan, progress: &Progress, asked: &str, resume: &str) -> String {
    let is_unknown =
        |(index, _): &(StepIndex, _)| progress.step(*index).state == StepState::Unknown;
    let mut text = format!("next: {asked}\n      in a terminal shows the evidence and asks\n");
    for (_, step) in plan.indexed().filter(is_unknown).take(UNKNOWN_MAX) {
        let id = &step.id;
        let _ = writeln!(
            text,
            "      {resume} --yes --resolve '{id}=done:REASON'\n      if {id} took effect, and goes on\n      \
             {resume} --yes --resolve '{id}=not-done:REASON'\n      if it did not, and tries it again"
        );
    }
    text
}
