//! Why a step's process could not be started, with what to do. Does not decide what follows from it.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a step's process could not be started.
#[derive(Debug, Error)]
pub(super) enum Unstartable {
    /// The program is not there.
    #[error(
        "{program} was not found in PATH ({path}); install it, or correct PATH, then run the step again"
    )]
    ProgramMissing {
        /// The program.
        program: String,
        /// Where it was looked for.
        path: String,
    },
    /// The working directory is not there.
    #[error("the step's folder {} cannot be entered: {error}; create it, or let an earlier step change into another, then run the step again", folder.display())]
    FolderMissing {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// No process could be made.
    #[error(
        "no new process could be started: {0}; check `ulimit -u` and free memory, then run the step again"
    )]
    ForkRefused(io::Error),
    /// Too much to hand over.
    #[error(
        "the exported variables are too large for a new process: {0}; unset the largest in an earlier step, then run the step again"
    )]
    EnvironmentTooLarge(io::Error),
    /// The variables to set are not valid.
    #[error("the variable {name:?} cannot be set: {because}")]
    VariableInvalid {
        /// Its name.
        name: String,
        /// Why not.
        because: &'static str,
    },
    /// The text holds a NUL byte.
    #[error(
        "the step's text holds a NUL byte, which no shell can read; remove it from the runbook"
    )]
    TextHoldsNul,
    /// The state of earlier steps cannot be read.
    #[error("the state of the shell steps before this one cannot be read from {}: {error}; remove that file to start from the runbook's folder and the first environment", file.display())]
    StateUnreadable {
        /// The file.
        file: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// Something the machine refused on the way.
    #[error("{program} could not be started: {error}")]
    Refused {
        /// The program.
        program: String,
        /// Why.
        error: io::Error,
    },
    /// The run is already being stopped.
    #[error("the run is stopping; nothing new is started")]
    Stopping,
}

impl Unstartable {
    /// Explains what starting `program` in `folder` answered.
    pub(super) fn from_start(program: &str, path: &str, folder: &Path, error: io::Error) -> Self {
        if let Err(error) = enter(folder) {
            return Self::FolderMissing {
                folder: folder.to_owned(),
                error,
            };
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::ProgramMissing {
                program: program.to_owned(),
                path: path.to_owned(),
            },
            io::ErrorKind::ArgumentListTooLong => Self::EnvironmentTooLarge(error),
            io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory => Self::ForkRefused(error),
            _ => Self::Refused {
                program: program.to_owned(),
                error,
            },
        }
    }
}

fn enter(folder: &Path) -> io::Result<()> {
    if !std::fs::metadata(folder)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    Ok(rustix::fs::access(folder, rustix::fs::Access::EXEC_OK)?)
}
