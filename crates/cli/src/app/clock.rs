//! The wall clock.

use stepmark_core::Timestamp;

/// What time it is.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}
