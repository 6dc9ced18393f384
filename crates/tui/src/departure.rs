//! How the screen came to be left.

/// How the screen came to be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// The run's last record was shown, or nothing more will come.
    Ended,
    /// The terminal went away; the run goes on and somebody must put it down.
    TerminalGone,
}
