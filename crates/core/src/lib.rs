//! The pure heart of Stepmark: a [`plan::Plan`] is what a runbook says, [`record::Record`]s are what happened,
//! [`progress::Progress`] is their fold, and [`runner::decide`] says what follows.
//!
//! Nothing here performs I/O, is async, or reads a clock, the environment or randomness; `clippy.toml` beside
//! this crate bans the ways to do so.

mod connect_flag;
pub mod digest;
pub mod ids;
pub mod output;
pub mod plan;
pub mod progress;
pub mod quote;
pub mod record;
pub mod report;
pub mod runner;
pub mod timestamp;

pub use connect_flag::connect_flag;
pub use digest::Digest;
pub use ids::{Attempt, ConnectionName, RunId, StepId, StepIndex, VariableName};
pub use timestamp::Timestamp;
