//! What keys, buttons and clicks do.

use std::rc::Rc;
use std::time::Duration;

use stepmark_core::Timestamp;
use stepmark_core::record::Resolution;
use stepmark_core::runner::{Activity, Command, Refusal, may_skip};

use super::undo::{self, Far};
use super::view::End;
use super::{copy, keys, replay, search, start, unknown, view};
use crate::action::Action;
use crate::dialog::{Dialog, Question};
use crate::graph::Graph;
use crate::screen::{Pane, Screen, Stage, Tone, View};
use crate::search::Direction;
use crate::unknown::first as first_unknown;
use crate::wish::Wish;

/// Keys of one kind that follow a dropped one within this time are the same key, held down: terminals repeat at 10 to
/// 50 a second.
const HELD_DOWN: Duration = Duration::from_millis(300);

/// For so long after something was cancelled Ctrl-C is taken for one press more of those that cancelled it.
const CANCEL_ECHO: Duration = Duration::from_secs(1);

/// Does what `action` stands for, or says why not.
pub(super) fn act(screen: &mut Screen, action: Action) -> Vec<Wish> {
    match is_barred(screen, action) {
        true => Vec::new(),
        false => does(screen, action),
    }
}

/// Whether nothing may come of `action` now; where that is not plain to see, it is said.
fn is_barred(screen: &mut Screen, action: Action) -> bool {
    if action.starts_work() && is_typed_ahead(screen) {
        drop_typed_ahead(screen);
        return true;
    }
    if screen.stage == Stage::First && !action.works_before_the_first_step() {
        return true;
    }
    if screen.is_replay() && action.needs_run() {
        warn(
            screen,
            "this run is over: here it is only read, and nothing can run",
        );
        return true;
    }
    screen.over && action.needs_run()
}

fn does(screen: &mut Screen, action: Action) -> Vec<Wish> {
    match action {
        Action::Begin => {
            screen.stage = Stage::Main;
            view::show_selected(screen);
            taken_up_for(screen)
        }
        Action::Run => start::run(screen),
        Action::RunOn => start::run_on(screen),
        Action::Retry => start::retry(screen),
        Action::Skip => skip(screen),
        Action::Cancel => cancel(screen),
        Action::Interrupt => interrupt(screen),
        Action::Note => {
            let step = screen.selected;
            ask(screen, Question::Note { step });
            Vec::new()
        }
        Action::Abandon => abandon(screen),
        Action::Undo => {
            let selected = screen.selected;
            undo::ask(screen, selected);
            Vec::new()
        }
        Action::UndoDown => undo::chosen(screen, Far::Down),
        Action::UndoAll => undo::chosen(screen, Far::All),
        Action::UndoFirst => unknown::undo_first(screen),
        Action::UndoAgain => undo::again(screen),
        Action::Settle => unknown::settle(screen),
        Action::Probe => unknown::probe(screen),
        Action::WasDone => unknown::said(screen, Resolution::Done),
        Action::WasNotDone => unknown::said(screen, Resolution::NotDone),
        Action::EndBackground => end_background(screen),
        Action::RunAgain => super::lost_state::run_again(screen),
        Action::Waive => super::lost_state::waive(screen),
        Action::Blockers => blockers(screen),
        Action::Output => output(screen),
        Action::Graph => graph(screen),
        Action::ShowStep => {
            screen.view = View::Panes;
            screen.reading = false;
            view::show_selected(screen);
            Vec::new()
        }
        Action::Inputs => {
            ask(screen, Question::Values);
            Vec::new()
        }
        Action::Search => {
            search::begin(screen);
            Vec::new()
        }
        Action::Find => {
            search::look(screen);
            Vec::new()
        }
        Action::OutputStart => {
            view::to_end(screen, Pane::Output, End::First);
            Vec::new()
        }
        Action::OutputEnd => {
            view::to_end(screen, Pane::Output, End::Last);
            Vec::new()
        }
        Action::PageDown => {
            keys::by_page(screen, 1);
            Vec::new()
        }
        Action::PageUp => {
            keys::by_page(screen, -1);
            Vec::new()
        }
        Action::NextMatch => {
            search::go(screen, Direction::On);
            Vec::new()
        }
        Action::PreviousMatch => {
            search::go(screen, Direction::Back);
            Vec::new()
        }
        Action::EndSearch => {
            screen.search = None;
            Vec::new()
        }
        Action::Copy => copy::copy(screen),
        Action::Suspend => vec![Wish::Suspend],
        Action::Record(travel) => {
            replay::travel(screen, travel);
            Vec::new()
        }
        Action::Help => {
            ask(screen, Question::Help);
            Vec::new()
        }
        Action::Leave => leave(screen),
        Action::LeaveNow => {
            screen.dialog = None;
            vec![Wish::Send(Command::Leave)]
        }
        Action::NextPane => {
            screen.view = View::Panes;
            screen.focus = screen.focus.next();
            Vec::new()
        }
        Action::PreviousPane => {
            screen.view = View::Panes;
            screen.focus = screen.focus.previous();
            Vec::new()
        }
        Action::Accept => super::dialog::accepted(screen),
        Action::Dismiss => {
            screen.dialog = None;
            Vec::new()
        }
    }
}

fn blockers(screen: &mut Screen) -> Vec<Wish> {
    let sight = screen.sight.as_ref();
    match sight.is_some_and(|sight| !sight.watch.blockers.is_empty()) {
        true => ask(screen, Question::Blockers),
        false => warn(screen, "nobody is seen to be in the way"),
    }
    Vec::new()
}

fn output(screen: &mut Screen) -> Vec<Wish> {
    screen.view = match screen.view {
        View::Output => View::Panes,
        View::Panes | View::Graph => View::Output,
    };
    if screen.view == View::Output {
        screen.focus = Pane::Output;
    }
    Vec::new()
}

fn graph(screen: &mut Screen) -> Vec<Wish> {
    screen.view = match screen.view {
        View::Graph => View::Panes,
        View::Panes | View::Output => View::Graph,
    };
    if screen.graph.is_none() {
        screen.graph = Some(Rc::new(Graph::new(screen.plan(), screen.glyphs)));
    }
    view::show_selected(screen);
    Vec::new()
}

/// What the run was taken up for is asked about first, else what nobody knows of it.
fn taken_up_for(screen: &mut Screen) -> Vec<Wish> {
    match screen.opening.first.take() {
        Some(Command::RollBack { to }) => undo::ask(screen, to),
        Some(command) => return start(screen, command),
        None if screen.before.taken_up.is_some() => {
            if let Some(step) = first_unknown(screen) {
                unknown::ask(screen, step);
            }
        }
        None => {}
    }
    if let Some(dialog) = &mut screen.dialog {
        // The key that left the first screen may still be held down, and must not begin anything.
        dialog.choice = dialog.buttons().len().saturating_sub(1);
    }
    Vec::new()
}

/// Opens a dialog.
pub(super) fn ask(screen: &mut Screen, question: Question) {
    screen.dialog = Some(Dialog::new(question));
}

/// Says why the core refuses something, with the keys that work here.
pub(super) fn refused(screen: &mut Screen, refusal: &Refusal) {
    let text = screen.keys.respelled(&refusal.message());
    warn(screen, text);
}

/// Says that something cannot be done while a step runs.
pub(super) fn is_running(screen: &mut Screen) {
    let cancel = screen.keys.named(Action::Cancel);
    warn(
        screen,
        format!("a step is running; cancel it first ({cancel})"),
    );
}

/// Tells the operator why something was not done.
pub(super) fn warn(screen: &mut Screen, text: impl Into<String>) {
    screen.notice = Some((Tone::Warning, text.into()));
}

/// Whether a key that comes now was pressed before what it would answer stood on the terminal.
pub(super) fn is_typed_ahead(screen: &Screen) -> bool {
    screen.unshown || is_held_down(screen)
}

/// Drops a key that was typed ahead, and says so.
pub(super) fn drop_typed_ahead(screen: &mut Screen) {
    drop_key(
        screen,
        "a press from before this was shown was dropped; press again",
    );
}

/// Tells the operator that a key was dropped, and remembers when.
pub(super) fn drop_key(screen: &mut Screen, text: impl Into<String>) {
    screen.dropped_at = screen.now;
    warn(screen, text);
}

/// Whether a key of that kind was dropped so shortly before that this one must be its repetition.
fn is_held_down(screen: &Screen) -> bool {
    match (screen.dropped_at, screen.now) {
        (Some(dropped), Some(now)) => now.since(dropped) < HELD_DOWN,
        (None, _) | (_, None) => false,
    }
}

/// Sends a command that starts work, unless one is on its way.
pub(super) fn start(screen: &mut Screen, command: Command) -> Vec<Wish> {
    start_all(screen, [command])
}

/// The same with commands that only make sense one after the other.
pub(super) fn start_all<const COUNT: usize>(
    screen: &mut Screen,
    commands: [Command; COUNT],
) -> Vec<Wish> {
    if screen.asked {
        drop_key(
            screen,
            "the last press is still being answered; this one was dropped",
        );
        return Vec::new();
    }
    screen.asked = true;
    screen.following = true;
    screen.reading = false;
    commands.into_iter().map(Wish::Send).collect()
}

fn skip(screen: &mut Screen) -> Vec<Wish> {
    let stopped = match screen.dialog.as_ref().map(|dialog| &dialog.question) {
        Some(Question::UndoFailed { step, .. }) => Some(*step),
        Some(_) | None => None,
    };
    let Some(step) = stopped.or(screen.selected) else {
        return Vec::new();
    };
    match may_skip(screen.plan(), &screen.progress, step) {
        Ok(()) => ask(screen, Question::Skip { step }),
        Err(refusal) => refused(screen, &refusal),
    }
    Vec::new()
}

fn cancel(screen: &mut Screen) -> Vec<Wish> {
    if screen.may_cancel() {
        screen.cancels = true;
        return vec![Wish::Send(Command::Cancel)];
    }
    let leave = screen.keys.named(Action::Leave);
    warn(screen, format!("nothing is running; {leave} leaves"));
    Vec::new()
}

/// A press that was meant for a step which has just ended must not go on to ask about leaving.
fn interrupt(screen: &mut Screen) -> Vec<Wish> {
    let was_cancelled = |(ended, now): (Timestamp, Timestamp)| now.since(ended) < CANCEL_ECHO;
    let is_late = screen
        .cancelled_at
        .zip(screen.now)
        .is_some_and(was_cancelled);
    match screen.may_cancel() || is_late {
        true => cancel(screen),
        false => leave(screen),
    }
}

fn abandon(screen: &mut Screen) -> Vec<Wish> {
    match screen.open_transaction() {
        Some((connection, held)) if screen.permitted().abandon => {
            ask(screen, Question::Abandon { connection, held });
        }
        Some(_) => is_running(screen),
        None => warn(screen, "no transaction is open"),
    }
    Vec::new()
}

fn end_background(screen: &mut Screen) -> Vec<Wish> {
    match screen.selected {
        Some(step) if screen.permitted().stop => ask(screen, Question::EndBackground { step }),
        Some(step) => {
            let refusal = Refusal::NotUp(screen.plan().step(step).id.clone());
            refused(screen, &refusal);
        }
        None => {}
    }
    Vec::new()
}

fn leave(screen: &mut Screen) -> Vec<Wish> {
    let question = screen.dialog.take().map(|dialog| dialog.question);
    let is_told = matches!(question, Some(Question::UndoFailed { .. }));
    if screen.over || screen.is_replay() {
        return vec![Wish::Quit];
    }
    if let Some(step) = screen.progress.running() {
        ask(screen, Question::LeaveRunning { step });
        return Vec::new();
    }
    if let Activity::Connecting(_) = screen.glimpse.activity {
        return vec![Wish::Send(Command::Stop)];
    }
    if let Some((connection, held)) = screen.open_transaction() {
        ask(screen, Question::LeaveOpen { connection, held });
        return Vec::new();
    }
    if screen.last_started.is_some() && !is_told && screen.stage == Stage::Main {
        ask(screen, Question::Closing);
        return Vec::new();
    }
    vec![Wish::Send(Command::Leave)]
}
