//! Words on stdout and stderr. That nobody reads them any more, in a pane that was closed or a pipe that ended, stops nothing:
//! the exit code says the rest.

use std::io::Write as _;

/// Writes `text` to stdout in one piece; colours are left out where they are not wanted.
pub(crate) fn say_on_stdout(text: &str) {
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
}

/// Writes `bytes` to stdout as they are.
pub(crate) fn hand_out(bytes: &[u8]) {
    let _ = std::io::stdout().lock().write_all(bytes);
}

/// Writes `text` to stderr in one piece; colours are left out where they are not wanted.
pub(crate) fn say_on_stderr(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
