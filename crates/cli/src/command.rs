//! What each subcommand does.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
mod demo;
mod doctor;
pub(crate) mod graph;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod rehearse;
pub(crate) mod report;
mod resume;
mod run;
pub(crate) mod runs;
pub(crate) mod show;
pub(crate) mod verify;

use crate::settings::Settings;
use crate::{Complaint, Exit, Subcommand};

/// Carries out one subcommand; what it does not say itself, the settings do.
pub(crate) fn carry_out(command: Subcommand) -> Result<Exit, Complaint> {
    match command {
        Subcommand::Run(mut arguments) => {
            Settings::complete(&mut arguments.terms.settings)?;
            run::run(&arguments)
        }
        Subcommand::Resume(mut arguments) => {
            Settings::complete(&mut arguments.take_up.terms.settings)?;
            resume::resume(&arguments)
        }
        Subcommand::Rollback(mut arguments) => {
            Settings::complete(&mut arguments.take_up.terms.settings)?;
            resume::rollback(&arguments)
        }
        Subcommand::Demo(mut arguments) => {
            Settings::complete(&mut arguments.terms.settings)?;
            demo::demo(&arguments)
        }
        Subcommand::List(mut arguments) => {
            arguments.log_dir = Settings::log_dir(arguments.log_dir.take())?;
            list::list(&arguments)
        }
        Subcommand::Rehearse(mut arguments) => {
            arguments.log_dir = Settings::log_dir(arguments.log_dir.take())?;
            rehearse::rehearse(&arguments)
        }
        Subcommand::Check(arguments) => check::check(&arguments),
        Subcommand::Graph(arguments) => graph::graph(&arguments),
        Subcommand::New(arguments) => new::new(&arguments),
        Subcommand::Report(arguments) => report::report(&arguments),
        Subcommand::Runs(arguments) => runs::runs(&arguments),
        Subcommand::Show(arguments) => show::show(&arguments),
        Subcommand::Verify(arguments) => verify::verify(&arguments),
        Subcommand::Doctor(arguments) => doctor::doctor(&arguments),
        Subcommand::Config(arguments) => config::config(&arguments),
        Subcommand::Completions(arguments) => Ok(completions::completions(&arguments)),
        Subcommand::Man(arguments) => completions::man(&arguments),
    }
}
