//! What the part of the screen between header and footer shows.

/// What the part of the screen between header and footer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// Steps, runbook and output.
    Panes,
    /// The output alone.
    Output,
    /// Which step needs which.
    Graph,
}
