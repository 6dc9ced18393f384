//! Records, glimpses and notices. They move nothing that is looked at, except that the selection goes along with a run
//! the operator started and has not looked away from since.

use stepmark_core::StepId;
use stepmark_core::record::{Event, Outcome, Record};
use stepmark_core::runner::{Activity, Notice, Refusal};

use super::{act, lost_state, view};
use crate::News;
use crate::dialog::Question;
use crate::screen::{Screen, Tone};
use crate::sight::Sight;

/// Takes in what the link had to tell.
pub(super) fn told(screen: &mut Screen, news: News) {
    for record in &news.records {
        screen.progress.apply(&screen.opening.plan, record);
        happened(screen, record);
    }
    if screen.glimpse.activity != Activity::Idle && news.glimpse.activity == Activity::Idle {
        screen.asked = false;
    }
    screen.glimpse = news.glimpse;
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
        let text = "the run has stopped and says nothing more; q leaves";
        screen.notice.get_or_insert((Tone::Alarm, text.to_owned()));
    }
}

fn happened(screen: &mut Screen, record: &Record) {
    lent(screen, &record.event);
    match &record.event {
        Event::StepStarted { step, .. } => {
            screen.asked = false;
            if let Some(index) = screen.plan().index_of(step) {
                screen.last_started = Some(index);
                if screen.following {
                    view::select(screen, index);
                }
            }
        }
        Event::StepFinished { step, outcome, .. } => {
            screen.asked = false;
            screen.unshown = true;
            settle_dialog(screen, step);
            if matches!(outcome, Outcome::Succeeded { .. }) {
                follow(screen, step);
            }
        }
        Event::StepWentUp { step, .. } => {
            screen.asked = false;
            screen.unshown = true;
            settle_dialog(screen, step);
            follow(screen, step);
        }
        Event::StepSkipped { step, .. } | Event::StepNotNeeded { step, .. } => {
            screen.asked = false;
            follow(screen, step);
        }
        Event::TransactionEnded { .. }
        | Event::StepInterrupted { .. }
        | Event::StepResolved { .. }
        | Event::RollbackStarted { .. }
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
        | Event::RunResumed { .. }
        | Event::TargetIdentified { .. }
        | Event::StepConfirmed { .. }
        | Event::OrphansSettled { .. }
        | Event::RunbookReplaced { .. }
        | Event::TerminalLent { .. }
        | Event::TerminalReturned { .. }
        | Event::NoteAdded { .. }
        | Event::StopRequested { .. }
        | Event::TailRecovered { .. } => {}
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
    let next = screen
        .plan()
        .index_of(step)
        .and_then(|index| screen.progress.next_from(index));
    if let Some(next) = next {
        view::select(screen, next);
    }
}

fn noticed(screen: &mut Screen, notice: Notice) {
    match notice {
        // Its own notice came before and says more.
        Notice::Refused(_, Refusal::OpenFailed { .. }) => screen.asked = false,
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
        let question = match typed.clone() {
            None => Question::Confirm { step: index },
            Some(wanted) => Question::TypedConfirm {
                step: index,
                wanted,
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
