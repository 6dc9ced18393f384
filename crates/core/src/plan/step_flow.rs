//! When a step runs, how often, and what it leaves to later ones.

use std::time::Duration;

use crate::{StepIndex, VariableName};

/// When a step runs, how often, and what it leaves to later ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepFlow {
    /// `when=`: only if this variable is true; else it is not needed.
    pub when: Option<VariableName>,
    /// `always`: once its needs have started it runs before the run ends, after failure or stop too.
    pub always: bool,
    /// `live`: touches the outside world, so a rehearsal does not run it.
    pub live: bool,
    /// `idempotent`: running it again after any partial run is safe.
    pub idempotent: bool,
    /// `no-return`: from its intent on, nothing before it can be rolled back.
    pub no_return: bool,
    /// `retry=` and `retry-delay=`.
    pub retry: Option<Retry>,
    /// `wait`, `every=` and `for=`.
    pub wait: Option<Wait>,
    /// `capture=`: the variables it binds, in order.
    pub captures: Vec<VariableName>,
    /// `stop=`: the background step that is ended before this one starts.
    pub stops: Option<StepIndex>,
    /// `estimate=`: planned duration.
    pub estimate: Option<Duration>,
}

/// Trying again after a definite failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often, beside the first attempt; from 1.
    pub count: u32,
    /// How long to wait before each.
    pub delay: Duration,
    /// After which failures.
    pub after: RetryAfter,
}

/// After which definite failures a step is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// Any: running it again is safe.
    AnyFailure,
    /// Only those that come from others being in the way and leave nothing behind: SQLSTATE 55P03, 40P01 and 40001.
    Contention,
}

/// Asking until a check holds, and goes on holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// How long between two looks.
    pub every: Duration,
    /// How long it must go on holding; zero for once.
    pub steady: Duration,
}
