//! What each subcommand does.

pub(crate) mod check;
mod demo;
mod doctor;
pub(crate) mod graph;
pub(crate) mod list;
pub(crate) mod rehearse;
pub(crate) mod report;
mod resume;
mod run;
pub(crate) mod runs;
pub(crate) mod verify;

use crate::{Complaint, Exit, Subcommand};

/// Carries out one subcommand.
pub(crate) fn carry_out(command: Subcommand) -> Result<Exit, Complaint> {
    match command {
        Subcommand::Run(arguments) => run::run(&arguments),
        Subcommand::Resume(arguments) => resume::resume(&arguments),
        Subcommand::Rollback(arguments) => resume::rollback(&arguments),
        Subcommand::Rehearse(arguments) => rehearse::rehearse(&arguments),
        Subcommand::Check(arguments) => check::check(&arguments),
        Subcommand::Demo(arguments) => demo::demo(&arguments),
        Subcommand::Graph(arguments) => graph::graph(&arguments),
        Subcommand::List(arguments) => list::list(&arguments),
        Subcommand::Report(arguments) => report::report(&arguments),
        Subcommand::Runs(arguments) => runs::runs(&arguments),
        Subcommand::Verify(arguments) => verify::verify(&arguments),
        Subcommand::Doctor(arguments) => doctor::doctor(&arguments),
    }
}
