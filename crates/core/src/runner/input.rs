//! What `decide` hears.

use super::{Command, Report};
use crate::{Attempt, StepIndex};

/// What `decide` hears.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one exists at a time")]
pub enum Input {
    /// From the operator.
    Command(Command),
    /// From an engine.
    Report(Report),
    /// The delay before trying a step again has passed.
    RetryDue {
        /// The step.
        step: StepIndex,
        /// The attempt that failed.
        attempt: Attempt,
    },
    /// The timeout armed for an attempt has passed.
    TimedOut {
        /// The step.
        step: StepIndex,
        /// The attempt it was armed for.
        attempt: Attempt,
    },
    /// SIGINT, SIGTERM or SIGHUP came in.
    Signal(i32),
    /// Nothing new; go on with what is wanted.
    Continue,
}
