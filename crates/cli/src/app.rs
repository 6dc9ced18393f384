//! A run from file to exit code, in pieces that tests can reach.

mod attended;
mod connections;
mod find_run;
mod folders;
mod index;
mod operator;
mod private_file;
mod run;
mod runbook;
mod scratch;
mod terms;
mod view;

pub(crate) use connections::{Connections, complain, resolve, settings};
pub(crate) use find_run::{find_run, plan_of, read_run};
pub(crate) use folders::Folders;
pub(crate) use run::{Asked, run};
pub(crate) use runbook::{Runbook, stem_of};
pub(crate) use scratch::Scratch;
