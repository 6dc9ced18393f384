//! The command line: arguments, exit codes, messages, and the wiring of runbook, driver and screen.
//!
//! What a run does is not decided here; see `stepmark-core` for that and `stepmark-driver` for who does it.

mod app;
mod arguments;
mod colour;
mod command;
mod complaint;
mod diagnostics;
#[cfg(debug_assertions)]
mod drill;
mod exit;
mod plain;
mod privacy;
mod say;
mod settings;
mod signals;
mod typed_file;

use std::process::ExitCode;

use clap::Parser as _;

pub use arguments::{Arguments, Subcommand};
pub use complaint::Complaint;
pub use exit::Exit;

/// Reads the arguments, does what they ask, and says how it went by exit code.
pub fn main() -> ExitCode {
    privacy::keep();
    stepmark_engines::shell::keep_chunk_memory();
    signals::survive_limits();
    let arguments = match Arguments::try_parse_from(arguments::with_run(std::env::args_os())) {
        Ok(arguments) => arguments,
        Err(error) => {
            if let Some(complaint) = typed_file::complaint(&error, std::env::args_os().nth(1)) {
                complaint.print();
                return complaint.exit.into();
            }
            // A closed terminal is no reason to fail louder than the usage error itself.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            }
            .into();
        }
    };
    let exit = std::panic::catch_unwind(|| command::carry_out(arguments.command));
    match exit {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(complaint)) => {
            complaint.print();
            complaint.exit.into()
        }
        Err(_) => {
            say::say_on_stderr(
                "stepmark: this is a bug of ours; what was printed above says where. Every recorded outcome is safe.\n",
            );
            Exit::Bug.into()
        }
    }
}
