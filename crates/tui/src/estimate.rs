//! What the runbook's estimates add up to. Knows the plan's own figures only; nobody measures here.

use std::time::Duration;

use stepmark_core::plan::StepKind;
use stepmark_core::progress::StepState;
use stepmark_core::{StepIndex, Timestamp};

use crate::brief::brief;
use crate::screen::Screen;

/// How long the steps that are left will take, as far as the runbook says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// In whole minutes from one minute on, so that it does not flicker.
    pub(crate) time: Duration,
    /// Whether some steps say nothing, so that it will be more.
    is_least: bool,
}

impl Left {
    /// `about 4 m`, `over 4 m`.
    pub(crate) fn words(self) -> String {
        let word = if self.is_least { "over" } else { "about" };
        format!("{word} {}", brief(self.time))
    }

    /// When it will be over, at the earliest, by a clock that shows minutes.
    pub(crate) fn until(self, now: Timestamp) -> String {
        let micros = i64::try_from(self.time.as_micros()).unwrap_or(i64::MAX);
        let end = Timestamp::from_micros(now.micros().saturating_add(micros));
        let clock = end.clock();
        format!("{} UTC", clock.get(..5).unwrap_or(&clock))
    }
}

/// How long the steps that are left will take; none where the runbook says nothing of any of them.
pub(crate) fn left(screen: &Screen) -> Option<Left> {
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
    let time = match sum.as_secs() {
        seconds @ 0..60 => Duration::from_secs(seconds),
        seconds => Duration::from_secs(seconds.div_ceil(60) * 60),
    };
    (known && !time.is_zero()).then_some(Left {
        time,
        is_least: unknown,
    })
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
