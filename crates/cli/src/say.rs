//! Words on stderr. That nobody reads them any more, in a pane that was closed or a pipe that ended, stops nothing.

use std::io::Write as _;

/// Writes `text` to stderr as it is, in one piece; errors are passed over, as there is nobody left to tell.
pub(crate) fn say_on_stderr(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
