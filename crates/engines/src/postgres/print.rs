//! Turns what a session hears into psql's text. Does not talk to servers.

mod caret;
mod cell;
mod diagnostic;
mod expanded;
mod output;
mod table;

pub(crate) use diagnostic::{Diagnostic, Place, Subject};
pub(crate) use output::Output;
pub(crate) use table::Table;
