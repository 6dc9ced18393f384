//! Undoing what the run did: how far, and what becomes of a rollback that has stopped.

use stepmark_core::StepIndex;
use stepmark_core::plan::Role;
use stepmark_core::runner::{Command, may_roll_back, may_skip, rollback_plan};

use super::{act, view};
use crate::dialog::{Dialog, Question};
use crate::screen::Screen;
use crate::undoing::main_step;
use crate::wish::Wish;

/// Asks how far to undo: all of the run, or down to `to` where that is less.
pub(super) fn ask(screen: &mut Screen, to: Option<StepIndex>) {
    let all = match may_roll_back(screen.plan(), &screen.progress, None) {
        Ok(all) => all.undo.len(),
        Err(refusal) => {
            screen.dialog = None;
            act::refused(screen, &refusal);
            return;
        }
    };
    let less = |step: &StepIndex| {
        let found = rollback_plan(screen.plan(), &screen.progress, Some(*step));
        (1..all).contains(&found.undo.len())
    };
    let to = to.map(|step| main_step(screen.plan(), step));
    let down = to.filter(less);
    act::ask(screen, Question::Undo { down });
    screen.unshown = true;
}

/// How far the operator wants to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Far {
    /// Down to the step that the dialog names.
    Down,
    /// All of the run.
    All,
}

/// Begins what the open dialog proposes; in production the word must be typed first.
pub(super) fn chosen(screen: &mut Screen, far: Far) -> Vec<Wish> {
    let Some(Dialog {
        question: Question::Undo { down },
        ..
    }) = &screen.dialog
    else {
        return Vec::new();
    };
    let to = match far {
        Far::Down => *down,
        Far::All => None,
    };
    if screen.is_production() {
        act::ask(screen, Question::TypedUndo { to });
        return Vec::new();
    }
    if !screen.asked {
        screen.dialog = None;
    }
    act::start(screen, Command::RollBack { to })
}

/// Asks what becomes of the rollback now that `step` did not undo what it should.
pub(super) fn stopped(screen: &mut Screen, step: StepIndex) {
    let is_undo = matches!(screen.plan().step(step).role, Role::RollbackOf(_));
    if !is_undo || screen.progress.next_undo() != Some(step) {
        return;
    }
    if screen.is_replay() {
        if screen.following {
            view::select(screen, step);
        }
        return;
    }
    view::select(screen, step);
    if screen.dialog.is_none() {
        let may_skip = may_skip(screen.plan(), &screen.progress, step).is_ok();
        act::ask(screen, Question::UndoFailed { step, may_skip });
    }
}

/// Runs the undo step that the open dialog is about again.
pub(super) fn again(screen: &mut Screen) -> Vec<Wish> {
    let step = match screen.dialog.as_ref().map(|dialog| &dialog.question) {
        Some(Question::UndoFailed { step, .. } | Question::Unknown { step, .. }) => *step,
        Some(_) | None => return Vec::new(),
    };
    if !screen.asked {
        screen.dialog = None;
    }
    let command = Command::run(screen.plan(), step);
    act::start(screen, command)
}
