//! Records, glimpses and notices. They move nothing that is looked at, except that the selection goes along with a run
//! the operator started and has not looked away from since.

use stepmark_core::plan::{Role, StepKind};
use stepmark_core::progress::StepState;
use stepmark_core::record::{Event, Evidence, Outcome, Record, Resolution};
use stepmark_core::runner::{Activity, Notice, Refusal, may_roll_back};
use stepmark_core::{StepId, StepIndex};

use super::{act, lost_state, undo, view};
use crate::action::Action;
use crate::dialog::{Does, Question};
use crate::screen::{Screen, Tone};
use crate::sight::Sight;
use crate::{News, unknown};

/// Takes in what the link had to tell.
pub(super) fn told(screen: &mut Screen, news: News) {
    for record in &news.records {
        screen.before.hear(record, &screen.progress);
        screen.progress.apply(&screen.opening.plan, record);
        happened(screen, record);
    }
    drop_stale_dialog(screen);
    if screen.glimpse.activity != Activity::Idle && news.glimpse.activity == Activity::Idle {
        screen.asked = false;
    }
    screen.glimpse = news.glimpse;
    if screen.cancels && !screen.may_cancel() {
        screen.cancels = false;
        screen.cancelled_at = screen.now;
    }
    let watch = screen.glimpse.watch.clone();
    screen.sight = Sight::seen(screen.sight.take(), watch, screen.now);
    let new = screen.glimpse.notices_after(screen.notice_seen);
    let new: Vec<(u64, Notice)> = new.cloned().collect();
    for (number, notice) in new {
        screen.notice_seen = number;
        noticed(screen, notice);
    }
    if news.over && !screen.over && screen.progress.ending().is_none() {
        screen.over = true;
        screen.unshown = true;
        screen.lent = None;
        let leave = screen.keys.named(Action::Leave);
        let text = format!("the run has stopped and says nothing more; {leave} leaves");
        screen.notice.get_or_insert((Tone::Alarm, text));
    }
}

fn happened(screen: &mut Screen, record: &Record) {
    lent(screen, &record.event);
    match &record.event {
        Event::StepStarted { step, .. } => started(screen, step),
        Event::StepFinished { step, outcome, .. } => {
            screen.asked = false;
            screen.unshown = true;
            screen.ticked = None;
            settle_dialog(screen, step);
            match outcome {
                Outcome::Succeeded { .. } => follow(screen, step),
                Outcome::Failed { .. } | Outcome::Unknown { .. } => did_not(screen, step),
            }
        }
        Event::StepWentUp { step, .. } => {
            screen.asked = false;
            screen.unshown = true;
            settle_dialog(screen, step);
            follow(screen, step);
        }
        Event::StepSkipped { step, .. } => skipped(screen, step),
        Event::StepNotNeeded { step, .. } | Event::StepNotRehearsed { step, .. } => {
            screen.asked = false;
            follow(screen, step);
        }
        Event::StepResolved {
            step,
            resolution,
            evidence,
            ..
        } => {
            screen.asked = false;
            screen.unshown = true;
            resolved(screen, step, *resolution, evidence);
        }
        Event::RollbackStarted { .. } => {
            screen.asked = false;
            screen.unshown = true;
            follow_undo(screen);
        }
        Event::RunResumed { .. } => resumed(screen),
        Event::TransactionEnded { .. }
        | Event::StepInterrupted { .. }
        | Event::SessionStateWaived { .. }
        | Event::RunPaused { .. }
        | Event::RunFinished { .. } => {
            screen.asked = false;
            screen.unshown = true;
        }
        Event::InputGiven { name, origin, .. } => {
            screen.inputs.retain(|(known, _)| known != name);
            screen.inputs.push((name.clone(), origin.clone()));
        }
        Event::RunStarted(_)
        | Event::EnvironmentConfirmed { .. }
        | Event::StatementsGenerated { .. }
        | Event::CommitAnnounced { .. }
        | Event::TargetIdentified { .. }
        | Event::StepConfirmed { .. }
        | Event::OrphansSettled { .. }
        | Event::RunbookReplaced { .. }
        | Event::TerminalLent { .. }
        | Event::TerminalReturned { .. }
        | Event::NoteAdded { .. }
        | Event::StateCompared(_)
        | Event::RehearsalConcluded(_)
        | Event::StopRequested { .. }
        | Event::TailRecovered { .. } => {}
    }
}

fn started(screen: &mut Screen, step: &StepId) {
    screen.asked = false;
    if let Some(index) = screen.plan().index_of(step) {
        screen.settled.remove(&index);
        screen.untold.remove(&index);
        screen.last_started = Some(index);
        if screen.plan().step(index).is_main() {
            screen.undo_first = None;
        }
        if screen.following {
            view::select(screen, index);
        }
    }
}

/// The run is another runner's now: of what the one before did only the outcome counts.
fn resumed(screen: &mut Screen) {
    screen.asked = false;
    screen.unshown = true;
    screen.lent = None;
    screen.dialog = None;
    screen.notice = None;
    if screen.is_replay() && !screen.following {
        return;
    }
    screen.following = true;
    screen.reading = false;
    let first = screen.progress.next_undo();
    let first = first.or_else(|| unknown::first(screen));
    let first = first
        .or_else(|| screen.progress.next())
        .or_else(|| screen.tree.first());
    if let Some(step) = first {
        view::select(screen, step);
    }
}

/// A step of unknown outcome is settled: the selection goes on, or to it where it is to be tried again.
fn resolved(screen: &mut Screen, step: &StepId, resolution: Resolution, evidence: &Evidence) {
    let Some(index) = screen.plan().index_of(step) else {
        return;
    };
    match resolution {
        Resolution::Done => {
            screen.settled.insert(index, evidence.phrase(resolution));
            follow(screen, step);
        }
        Resolution::NotDone if screen.following => view::select(screen, index),
        Resolution::NotDone => {}
    }
}

/// A probe that saw nothing gives the selection back to its step; an undo step that failed is asked about.
fn did_not(screen: &mut Screen, step: &StepId) {
    let Some(index) = screen.plan().index_of(step) else {
        return;
    };
    match screen.plan().step(index).role {
        Role::Main => {}
        Role::ProbeOf(of) if screen.following => view::select(screen, of),
        Role::ProbeOf(_) => {}
        Role::RollbackOf(_) => undo::stopped(screen, index),
    }
}

/// Goes along with a rollback.
fn follow_undo(screen: &mut Screen) {
    if let Some(next) = screen.progress.next_undo().filter(|_| screen.following) {
        view::select(screen, next);
    }
}

/// Takes a question away that has been answered by what happened since.
fn drop_stale_dialog(screen: &mut Screen) {
    let state = |step: StepIndex| &screen.progress.step(step).state;
    let is_stale = match screen.dialog.as_ref().map(|dialog| &dialog.question) {
        Some(Question::Unknown { step, .. } | Question::Resolve { step, .. }) => {
            *state(*step) != StepState::Unknown
        }
        Some(Question::UndoFailed { step, .. }) => {
            !matches!(state(*step), StepState::Failed | StepState::Unknown)
        }
        Some(Question::Undo { .. } | Question::TypedUndo { .. }) => {
            may_roll_back(screen.plan(), &screen.progress, None).is_err()
        }
        Some(_) | None => false,
    };
    if is_stale {
        screen.dialog = None;
    }
}

/// Takes a question away that asks about a step as it was until now.
fn settle_dialog(screen: &mut Screen, step: &StepId) {
    let asked = match screen.dialog.as_ref().map(|dialog| &dialog.question) {
        Some(Question::LeaveRunning { step } | Question::EndBackground { step }) => Some(*step),
        Some(_) | None => None,
    };
    if asked.is_some() && asked == screen.plan().index_of(step) {
        screen.dialog = None;
    }
}

/// Notes who has the terminal. Whatever ends the step gives it back, also where no record says so.
fn lent(screen: &mut Screen, event: &Event) {
    match event {
        Event::TerminalLent { step, .. } => screen.lent = screen.plan().index_of(step),
        Event::TerminalReturned { .. } => {
            screen.lent = None;
            screen.unshown = true;
            // A key held down since before the loan must not start the next step.
            screen.dropped_at = screen.now;
        }
        Event::StepFinished { step, .. } | Event::StepInterrupted { step, .. } => {
            let ended = screen.plan().index_of(step);
            screen.lent = screen.lent.filter(|lent| Some(*lent) != ended);
        }
        Event::RunPaused { .. } | Event::RunFinished { .. } => screen.lent = None,
        _ => {}
    }
}

fn follow(screen: &mut Screen, step: &StepId) {
    if !screen.following {
        return;
    }
    let Some(index) = screen.plan().index_of(step) else {
        return;
    };
    let next = match screen.plan().step(index).role {
        Role::Main => screen.progress.next_from(index),
        // What was undone for that is to run again; what else was undone is not a press of Enter away from being done again.
        Role::RollbackOf(of) => {
            let again = screen.undo_first.filter(|first| *first == of);
            screen.progress.next_undo().or(again)
        }
        Role::ProbeOf(of) => Some(of),
    };
    if let Some(next) = next {
        view::select(screen, next);
    }
}

/// A skip goes on to the next step, however the one that is skipped was selected: Enter is not to run that one.
fn skipped(screen: &mut Screen, step: &StepId) {
    screen.asked = false;
    let is_selected = screen.selected.is_some() && screen.selected == screen.plan().index_of(step);
    if is_selected && !screen.is_replay() {
        screen.following = true;
    }
    follow(screen, step);
}

fn noticed(screen: &mut Screen, notice: Notice) {
    match notice {
        // The tick that settles it is on its way.
        Notice::Refused(_, Refusal::NeedsTick(step))
            if screen.ticked.is_some() && screen.ticked == screen.plan().index_of(&step) => {}
        // Its own notice came before and says more.
        Notice::Refused(_, Refusal::OpenFailed { .. }) => screen.asked = false,
        // Running on came to its end, which the line above the keys says better.
        Notice::Refused(_, Refusal::NothingReady { blocked_by: None })
            if screen.progress.is_complete(&screen.opening.plan) =>
        {
            screen.asked = false;
        }
        Notice::Refused(_, refusal) => {
            screen.asked = false;
            refused(screen, refusal);
        }
        Notice::OpenFailed(connection, failure) => {
            screen.asked = false;
            screen.unshown = true;
            if screen.dialog.is_some() {
                act::warn(screen, format!("{connection}: {}", failure.message));
                return;
            }
            act::ask(
                screen,
                Question::OpenFailed {
                    connection,
                    failure,
                },
            );
        }
        Notice::Untold(step, because) => {
            if let Some(index) = screen.plan().index_of(&step) {
                screen.untold.insert(index, (screen.now, because.clone()));
            }
            act::warn(
                screen,
                format!("what became of {step} cannot be told: {because}"),
            );
        }
        Notice::Lost(connection, message) => {
            act::warn(
                screen,
                format!(
                    "the session of {connection} was lost, with what steps had SET in it: {message}"
                ),
            );
        }
        Notice::Blind(connection, why) => {
            act::warn(
                screen,
                format!("positions and blockers of {connection} cannot be seen: {why}"),
            );
        }
        Notice::Unreserved(reason) => {
            act::warn(
                screen,
                format!(
                    "no space can be kept for outcomes ({reason}): should the disk be full, what came of a step cannot be recorded"
                ),
            );
        }
        Notice::JournalFailed(message) => {
            screen.asked = false;
            screen.unshown = true;
            screen.over = true;
            screen.dialog = None;
            let text = format!("the record could not be written, nothing more runs: {message}");
            screen.notice = Some((Tone::Alarm, text));
        }
    }
}

fn refused(screen: &mut Screen, refusal: Refusal) {
    if let Refusal::NeedsConfirmation { step, typed } = &refusal
        && let Some(index) = screen.plan().index_of(step)
        && screen.dialog.is_none()
    {
        screen.unshown = true;
        if screen.following {
            view::select(screen, index);
        }
        let does = match screen.plan().step(index).kind {
            StepKind::Manual => Does::Tick,
            StepKind::Sql | StepKind::Shell(_) => Does::Run,
        };
        let question = match typed.clone() {
            None => Question::Confirm { step: index, does },
            Some(wanted) => Question::TypedConfirm {
                step: index,
                wanted,
                does,
            },
        };
        act::ask(screen, question);
        return;
    }
    if let Refusal::NeedsTick(step) = &refusal
        && let Some(index) = screen.plan().index_of(step)
        && screen.following
    {
        view::select(screen, index);
    }
    lost_state::refused(screen, refusal);
}
