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
    // What its steps worked on is gone with the run.
    if opening.scratch {
        return "next: the throwaway servers of this run are gone with it, so it is begun anew and not resumed\n".to_owned();
    }
    let plan = &opening.plan;
    let run = &opening.run;
    let connect = match is_connected_by_flag(opening) {
        true => " --connect …",
        false => "",
    };
    let plain = match flags.settings.screen.plain {
        true => " --plain",
        false => "",
    };
    let resume = format!("stepmark resume {run}{connect}");
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
            "      stepmark rollback {run}{connect}{headless}\n      undoes what has an undo"
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

fn is_connected_by_flag(opening: &Opening) -> bool {
    let mut settings = opening.targets.iter().flat_map(|target| &target.settings);
    settings.any(|setting| setting.origin.starts_with("--connect"))
}
