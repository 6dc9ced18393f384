//! Whose the terminal is: the screen's, or that of a step that runs a program of its own on it. Does nothing itself.

use std::time::Duration;

use stepmark_core::StepIndex;
use tokio::time::Instant;

use crate::screen::Screen;
use crate::text::clean;

/// How long the reading thread may take to stop before a key is asked for.
const PATIENCE: Duration = Duration::from_millis(300);

/// What is asked for where a key was sent by half, and only its rest lets go of the terminal.
pub(crate) const PLEA: &str = "stepmark: a key was sent by half; press any key to go on";

/// Whose the terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loan {
    /// The screen's.
    Ours,
    /// Nobody's yet: a key may still be being read.
    Leaving {
        /// When a key is asked for.
        until: Instant,
    },
    /// Nobody's yet, and a key was asked for.
    Pleading,
    /// The step's.
    Lent,
}

impl Loan {
    /// The screen stands on it no more.
    pub(crate) fn begun() -> Self {
        Self::Leaving {
            until: Instant::now() + PATIENCE,
        }
    }

    /// Whether a key may be needed, and was not asked for.
    pub(crate) fn waits_silently(self) -> bool {
        matches!(self, Self::Leaving { .. })
    }

    /// When to ask for one.
    pub(crate) fn plea_at(self) -> Instant {
        match self {
            Self::Leaving { until } => until,
            Self::Ours | Self::Pleading | Self::Lent => Instant::now(),
        }
    }
}

/// The line that stands on the terminal before what the step puts there.
pub(crate) fn announcement(screen: &Screen, step: StepIndex) -> String {
    let planned = screen.plan().step(step);
    let text = format!(
        "stepmark: step {} has the terminal; the runbook comes back when it ends",
        planned.id
    );
    clean(&text).into_owned()
}
