//! A run from file to exit code, in pieces that tests can reach.

mod ask;
mod attended;
mod connections;
mod environment;
mod find_run;
mod folders;
mod index;
mod inputs;
mod operator;
mod person;
mod private_file;
mod requirements;
mod run;
mod runbook;
mod scratch;
mod set_values;
mod slots;
mod terminal_prompt;
mod terms;
mod view;

pub(crate) use connections::{
    Connections, Surroundings, complain, identify, resolve, resolve_scratch,
};
pub(crate) use find_run::{find_run, plan_of, read_run};
pub(crate) use folders::Folders;
pub(crate) use inputs::Inputs;
pub(crate) use person::gather;
pub(crate) use requirements::in_path;
pub(crate) use run::{Asked, run};
pub(crate) use runbook::{Runbook, stem_of};
pub(crate) use scratch::{Fixture, Scratch};
