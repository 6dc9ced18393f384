//! Readings of a run for people who were not there. Does not decide what is true: records do.

mod duration;
mod markdown;
#[cfg(test)]
mod tests;

pub use duration::duration;
pub use markdown::markdown;
