//! What the runbook's estimates add up to. Knows the plan's own figures only; nobody measures here.

use std::time::Duration;

use stepmark_core::StepIndex;
use stepmark_core::plan::StepKind;
use stepmark_core::progress::StepState;

use crate::brief::brief;
use crate::screen::Screen;

/// How long the steps that are left will take, as far as the runbook says; none where it says nothing of any of them.
pub(crate) fn left(screen: &Screen) -> Option<String> {
    let mut sum = Duration::ZERO;
    let mut known = false;
    let mut unknown = false;
    for (index, step) in screen.plan().indexed().filter(|(_, step)| step.is_main()) {
        if is_settled(&screen.progress.step(index).state) {
            continue;
        }
        match step.flow.estimate {
            Some(estimate) => {
                known = true;
                sum += estimate.saturating_sub(passed(screen, index));
            }
            // A person takes as long as a person takes, and a step that stays up is not waited for.
            None => unknown |= step.kind == StepKind::Manual || !step.shell.background,
        }
    }
    let rounded = match sum.as_secs() {
        0..60 => sum,
        seconds => Duration::from_secs(seconds.div_ceil(60) * 60),
    };
    let word = if unknown { "over" } else { "about" };
    (known && !sum.is_zero())
        .then(|| format!("{word} {}", brief(Duration::from_secs(rounded.as_secs()))))
}

/// How long the running step has been at it.
fn passed(screen: &Screen, step: StepIndex) -> Duration {
    let known = screen.progress.step(step);
    match (&known.state, known.started_at.zip(screen.now)) {
        (StepState::Running, Some((started, now))) => now.since(started),
        (_, _) => Duration::ZERO,
    }
}

fn is_settled(state: &StepState) -> bool {
    match state {
        StepState::Up
        | StepState::Held
        | StepState::Succeeded
        | StepState::Skipped
        | StepState::NotNeeded => true,
        StepState::Pending
        | StepState::Running
        | StepState::Failed
        | StepState::Undone { .. }
        | StepState::RolledBack
        | StepState::Unknown => false,
    }
}
