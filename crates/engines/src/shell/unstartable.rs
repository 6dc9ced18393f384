//! Why a step's process could not be started, with what to do. Does not decide what follows from it.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a step's process could not be started.
#[derive(Debug, Error)]
pub(super) enum Unstartable {
    /// The program is not there.
    #[error(
        "{program} was not found in PATH ({path}); install {package}, or correct PATH, then run the step again"
    )]
    ProgramMissing {
        /// The program.
        program: String,
        /// What brings it.
        package: String,
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
    /// The folder that `cwd=` names is not there.
    #[error("the folder {} of `cwd=` cannot be entered: {error}; create it in an earlier step, or correct `cwd=`, which is relative to the runbook's folder, then run the step again", folder.display())]
    StartMissing {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The step needs a terminal.
    #[error(
        "the step is interactive and needs a terminal, and this process has none: {0}; run stepmark from a terminal (`ssh -t`, `docker run -it`), then run the step again"
    )]
    NoTerminal(io::Error),
    /// Another job has the terminal.
    #[error(
        "the step is interactive and needs the terminal, which another job has; bring stepmark to the foreground (`fg`), then run the step again"
    )]
    TerminalTaken,
    /// No process could be made, or no thread to supervise it, which counts as one (getrlimit(2), RLIMIT_NPROC).
    #[error(
        "no new process could be started: {0}; check `ulimit -u`, `ulimit -n` and free memory, then run the step again"
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
}

impl Unstartable {
    /// Explains what starting `program` answered, in `folder`, which the step's `cwd=` may have named.
    pub(super) fn from_start(
        program: &str,
        path: &str,
        (folder, is_named): (&Path, bool),
        error: io::Error,
    ) -> Self {
        if let Err(error) = enter(folder) {
            let folder = folder.to_owned();
            return match is_named {
                true => Self::StartMissing { folder, error },
                false => Self::FolderMissing { folder, error },
            };
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::ProgramMissing {
                package: package(program),
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

/// What brings `program`, by the names of Debian, where its own name does not say so.
fn package(program: &str) -> String {
    let packages = [
        ("node", "Node.js (package nodejs)"),
        ("nodejs", "Node.js (package nodejs)"),
        (
            "python",
            "Python (package python3, and name python3 in `interpreter=`)",
        ),
        (
            "psql",
            "PostgreSQL's client programs (package postgresql-client)",
        ),
        ("Rscript", "R (package r-base-core)"),
        ("go", "Go (package golang-go)"),
        ("pwsh", "PowerShell"),
    ];
    let name = Path::new(program).file_name();
    let known = packages
        .into_iter()
        .find(|(known, _)| name.is_some_and(|name| name == *known));
    known.map_or_else(|| "it".to_owned(), |(_, package)| package.to_owned())
}
