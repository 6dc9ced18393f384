//! What the operator does about a step whose outcome nobody knows.

use stepmark_core::StepIndex;
use stepmark_core::record::Resolution;
use stepmark_core::runner::{Command, Refusal, Ways};

use super::{act, undo, view};
use crate::dialog::Question;
use crate::screen::Screen;
use crate::wish::Wish;

/// Asks what is done about `step`.
pub(super) fn ask(screen: &mut Screen, step: StepIndex) {
    if let Some(running) = screen.progress.running() {
        let refusal = Refusal::StepRunning(screen.plan().step(running).id.clone());
        act::refused(screen, &refusal);
        return;
    }
    if !screen.may_settle(step) {
        return;
    }
    view::select(screen, step);
    let ways = Ways::of(screen.plan(), &screen.progress, step);
    act::ask(screen, Question::Unknown { step, ways });
    screen.unshown = true;
}

/// Seeks evidence of what the step of the open dialog did.
pub(super) fn settle(screen: &mut Screen) -> Vec<Wish> {
    send(screen, Command::Settle)
}

/// Runs the probe of the step of the open dialog.
pub(super) fn probe(screen: &mut Screen) -> Vec<Wish> {
    send(screen, Command::Probe)
}

/// Asks how the operator knows what the step of the open dialog did.
pub(super) fn said(screen: &mut Screen, resolution: Resolution) -> Vec<Wish> {
    if let Some(step) = asked_about(screen) {
        act::ask(screen, Question::Resolve { step, resolution });
    }
    Vec::new()
}

/// Asks whether to undo the step of the open dialog, and what came after it.
pub(super) fn undo_first(screen: &mut Screen) -> Vec<Wish> {
    if let Some(step) = asked_about(screen) {
        undo::ask(screen, Some(step));
        screen.undo_first = Some(step);
    }
    Vec::new()
}

fn send(screen: &mut Screen, command: fn(StepIndex) -> Command) -> Vec<Wish> {
    let Some(step) = asked_about(screen) else {
        return Vec::new();
    };
    if !screen.asked {
        screen.dialog = None;
    }
    act::start(screen, command(step))
}

fn asked_about(screen: &Screen) -> Option<StepIndex> {
    match screen.dialog.as_ref()?.question {
        Question::Unknown { step, .. } => Some(step),
        _ => None,
    }
}
