//! The keys that run something: the selected step, again, or all that follows. What would run stands on the screen first.

use stepmark_core::StepIndex;
use stepmark_core::plan::{Plan, StepKind};
use stepmark_core::progress::StepState;
use stepmark_core::runner::{Command, Refusal, may_start};

use super::{act, lost_state, unknown, view};
use crate::action::Action;
use crate::dialog::Question;
use crate::layout::Geometry;
use crate::screen::{Pane, Screen, View};
use crate::up_next;
use crate::wish::Wish;

/// Runs the selected step; where that is not what Enter is for, goes to the one that comes next.
pub(super) fn run(screen: &mut Screen) -> Vec<Wish> {
    let Some(step) = screen.selected else {
        act::warn(screen, "this runbook has no steps");
        return Vec::new();
    };
    let is_skipped = screen.progress.step(step).state == StepState::Skipped;
    match is_skipped || !screen.may_run(step) {
        true if goes_on_to_next(screen, step) => Vec::new(),
        true if is_skipped && screen.may_run(step) => {
            let key = screen.keys.named(Action::Retry);
            let id = id(screen.plan(), step);
            let text = format!("{id} was skipped; {key} runs it after all");
            act::warn(screen, text);
            Vec::new()
        }
        true | false => run_step(screen, step),
    }
}

/// Runs on from the step that comes next.
pub(super) fn run_on(screen: &mut Screen) -> Vec<Wish> {
    if is_busy(screen) {
        return Vec::new();
    }
    let next = screen.progress.next();
    if let Some(next) = next.filter(|_| Geometry::of(screen).page.is_empty()) {
        view::select_by_hand(screen, Some(next));
        let id = id(screen.plan(), next).to_owned();
        let text = format!("{id} was out of sight: running on begins here; press again to run on");
        show(screen, text);
        return Vec::new();
    }
    act::start(screen, Command::RunOn)
}

/// Runs the selected step again, or after all.
pub(super) fn retry(screen: &mut Screen) -> Vec<Wish> {
    if is_busy(screen) {
        return Vec::new();
    }
    let Some(step) = screen.selected else {
        return run(screen);
    };
    let known = screen.progress.step(step);
    if known.attempt.is_none() && known.state != StepState::Skipped {
        let id = id(screen.plan(), step);
        let text = format!("step {id} was not tried yet; Enter runs it");
        act::warn(screen, text);
        return Vec::new();
    }
    run_step(screen, step)
}

/// Whether a step runs, which is said then.
fn is_busy(screen: &mut Screen) -> bool {
    let Some(running) = screen.progress.running() else {
        return false;
    };
    let refusal = Refusal::StepRunning(screen.plan().step(running).id.clone());
    let text = screen.keys.respelled(&refusal.message());
    act::drop_key(screen, text);
    true
}

/// Selects the step that comes next, where Enter cannot be meant for `step`. Held down it runs nothing.
fn goes_on_to_next(screen: &mut Screen, step: StepIndex) -> bool {
    let is_unknown = screen.progress.step(step).state == StepState::Unknown;
    let refusal = may_start(screen.plan(), &screen.progress, step).err();
    let wants_answer = matches!(
        refusal,
        Some(Refusal::SessionStateMissing { .. } | Refusal::TransactionFailed { .. })
    );
    let next = up_next::elsewhere(screen).filter(|_| !is_unknown && !wants_answer);
    let Some(next) = next else {
        return false;
    };
    view::select_by_hand(screen, Some(next));
    let why = match refusal {
        Some(refusal) => screen.keys.respelled(&refusal.message()),
        None => format!("{} was skipped", id(screen.plan(), step)),
    };
    let id = id(screen.plan(), next);
    let text = format!("{why}; press again to run {id}");
    act::drop_key(screen, text);
    true
}

/// Shows the selected step's text, wherever the screen has it, and says why nothing runs.
fn show(screen: &mut Screen, text: String) {
    screen.view = View::Panes;
    if Geometry::of(screen).page.is_empty() {
        screen.focus = Pane::Page;
    }
    screen.reading = false;
    view::show_selected(screen);
    act::drop_key(screen, text);
}

fn run_step(screen: &mut Screen, step: StepIndex) -> Vec<Wish> {
    let is_hidden = Geometry::of(screen).page.is_empty();
    let may_be_hidden = screen.reading || is_hidden;
    if may_be_hidden && screen.may_run(step) && !view::is_seen(screen, step) {
        let id = id(screen.plan(), step);
        let text = format!("{id} was out of sight: this is what runs; press again to run it");
        show(screen, text);
        return Vec::new();
    }
    if screen.progress.step(step).state == StepState::Unknown {
        unknown::ask(screen, step);
        return Vec::new();
    }
    match may_start(screen.plan(), &screen.progress, step) {
        Ok(()) => match screen.plan().step(step) {
            // What asks first is asked about by the core, which knows whether the step is needed at all.
            planned
                if planned.kind == StepKind::Manual
                    && planned.confirm.is_none()
                    && !planned.flow.captures.is_empty() =>
            {
                let names = planned.flow.captures.clone();
                let question = Question::Tick {
                    step,
                    names,
                    answer: None,
                };
                act::ask(screen, question);
                Vec::new()
            }
            _ => {
                let command = Command::run(screen.plan(), step);
                act::start(screen, command)
            }
        },
        Err(refusal) => {
            match refusal {
                Refusal::StepRunning(_) => {
                    let text = screen.keys.respelled(&refusal.message());
                    act::drop_key(screen, text);
                }
                refusal => lost_state::refused(screen, refusal),
            }
            Vec::new()
        }
    }
}

fn id(plan: &Plan, step: StepIndex) -> &str {
    plan.step(step).id.as_str()
}
