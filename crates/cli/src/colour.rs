//! Colours of what is printed, as plain sequences: who prints them takes them out where they are not wanted.

/// As it should be.
pub(crate) const GOOD: &str = "\x1b[32m";
/// Not as it should be.
pub(crate) const BAD: &str = "\x1b[1;31m";
/// Not as it should be yet.
pub(crate) const DOUBT: &str = "\x1b[33m";
/// Beside what matters.
pub(crate) const DIM: &str = "\x1b[2m";
/// The terminal's own again.
pub(crate) const PLAIN: &str = "\x1b[0m";
