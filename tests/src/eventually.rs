//! Waiting for what another process does: every wait looks again and again, and has an end that says what never came.

use std::time::{Duration, Instant};

/// How long what a test waits for may take on a machine that has other things to do.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(2);

/// Waits until `holds` does.
///
/// # Panics
/// After 30 s, saying `what` never was.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    found(what, || holds().then_some(()));
}

/// Waits until `look` finds something.
///
/// # Panics
/// After 30 s, saying `what` never was.
#[track_caller]
pub fn found<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    found_within(PATIENCE, what, look)
}

/// Waits until `look` finds something, for as long as `limit`.
///
/// # Panics
/// After that time, saying `what` never was.
#[track_caller]
pub fn found_within<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "never came: {what}");
        std::thread::sleep(PAUSE);
    }
}
