//! How long things are waited for. The only place where these durations stand.

use std::time::Duration;

/// How long each stage of ending a step may take, and how long its output is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graces {
    /// From SIGINT to SIGTERM.
    pub interrupt: Duration,
    /// From SIGTERM to SIGKILL.
    pub terminate: Duration,
    /// From a process's exit to the moment its pipes are given up, when something else holds them open.
    pub drain: Duration,
    /// How long a line without newline may stay silent before it is shown.
    pub line_idle: Duration,
    /// The same for a line that is being rewritten, as progress displays do.
    pub progress_idle: Duration,
    /// How long a line that is rewritten without a pause may stay unseen.
    pub progress_held: Duration,
}

impl Graces {
    /// What a run uses: 5 s, 5 s; 200 ms; 100 ms, 1 s, 10 s.
    pub const STANDARD: Self = Self {
        interrupt: Duration::from_secs(5),
        terminate: Duration::from_secs(5),
        drain: Duration::from_millis(200),
        line_idle: Duration::from_millis(100),
        progress_idle: Duration::from_secs(1),
        progress_held: Duration::from_secs(10),
    };
}

impl Default for Graces {
    fn default() -> Self {
        Self::STANDARD
    }
}
