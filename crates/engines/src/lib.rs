//! The engines that do a step's work: PostgreSQL sessions and shells. They report what happened and never record,
//! judge, print to a terminal or know the graph of steps.

pub mod postgres;
pub mod redact;
pub mod sanitize;
pub mod shell;
