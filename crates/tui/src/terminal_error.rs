//! Why the screen could not do its job.

use std::io;

/// Why the screen could not do its job.
#[derive(Debug)]
pub enum TerminalError {
    /// The terminal could not be taken over.
    Enter(io::Error),
    /// The event loop could not be set up.
    Runtime(io::Error),
    /// A thread of this program panicked, and the terminal was given back so that its message could be read.
    Panicked,
}

impl std::fmt::Display for TerminalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Enter(error) => write!(f, "the terminal could not be taken over: {error}"),
            Self::Runtime(error) => write!(f, "the screen's event loop could not start: {error}"),
            Self::Panicked => f.write_str("a thread panicked; its message stands above"),
        }
    }
}

impl std::error::Error for TerminalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Enter(error) | Self::Runtime(error) => Some(error),
            Self::Panicked => None,
        }
    }
}
