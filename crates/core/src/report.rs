//! Readings of a run for people who were not there. Does not decide what is true: records do.
//!
//! An [`Account`] is put together once from the plan and the records; Markdown, HTML and JSON are three spellings of it.

mod account;
mod duration;
mod html;
mod markdown;
mod phrase;
mod plain;
#[cfg(test)]
mod tests;

pub use account::{
    Account, AttemptAccount, Decision, Issue, LogLine, Session, StepAccount, TimelineLine, Vitality,
};
pub use duration::duration;
pub use html::html;
pub use markdown::{markdown, markdown_of};
pub use phrase::sentence;
