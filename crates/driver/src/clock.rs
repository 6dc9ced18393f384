//! The wall clock, as an argument.

use stepmark_core::Timestamp;

/// Tells the time; tests hand in their own.
pub type Clock = fn() -> Timestamp;
