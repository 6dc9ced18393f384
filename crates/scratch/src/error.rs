//! Why a scratch cluster could not be had. The message says what happened, the hint what to do next.

use crate::Looked;
use std::io;
use std::path::PathBuf;

/// Why this crate could not do its job.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No directory with all the server programs was found.
    #[error("no PostgreSQL server programs found; looked in{}", lines(looked))]
    Missing {
        /// Everywhere that was searched.
        looked: Vec<Looked>,
    },
    /// A directory that was named does not hold usable server programs.
    #[error("the PostgreSQL programs in {} cannot be used: {reason}", bindir.display())]
    Programs {
        /// The directory.
        bindir: PathBuf,
        /// What is wrong with it, for example `no initdb`.
        reason: String,
    },
    /// The directory for clusters is not fit for one.
    #[error("no cluster can be kept in {}: {reason}", base.display())]
    Base {
        /// The base directory.
        base: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A server setting that cannot be given.
    #[error("server setting {name:?} cannot be given: {reason}")]
    Setting {
        /// The setting's name.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// We are root, which PostgreSQL refuses, and there is nobody else to be.
    #[error("PostgreSQL does not run as root, and neither user postgres nor nobody exists")]
    Account,
    /// A program of PostgreSQL failed.
    #[error("{program} failed ({status}){}", tail(output))]
    Failed {
        /// The program's name.
        program: &'static str,
        /// How it ended, for example `exit status: 1`.
        status: String,
        /// The end of what it printed, and of the server log where there is one.
        output: String,
    },
    /// The operating system refused something.
    #[error("could not {doing}: {source}")]
    Io {
        /// What was being done, as an infinitive phrase.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// Processes of a server outlived SIGKILL; its directory was left in place.
    #[error("server processes still run in {} ten seconds after SIGKILL; nothing was removed", directory.display())]
    Survivors {
        /// The cluster's directory.
        directory: PathBuf,
    },
}

impl Error {
    /// What to do next, where there is something to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { .. } => Some(
                "install the server programs:\n  Debian, Ubuntu   sudo apt-get install postgresql\n  \
                 Fedora, RHEL     sudo dnf install postgresql-server\n  macOS            brew install postgresql\n\
                 or set STEPMARK_PG_BIN to the directory that holds initdb"
                    .to_owned(),
            ),
            Self::Programs { .. } => Some(
                "set STEPMARK_PG_BIN to a directory that holds initdb, pg_ctl, postgres, psql and pg_dump, or unset it"
                    .to_owned(),
            ),
            Self::Base { .. } => {
                Some("choose a short directory that every user may enter, such as /tmp".to_owned())
            }
            Self::Setting { .. } => Some("remove the setting, or correct its name".to_owned()),
            Self::Account => Some("run as an ordinary user, or create the user postgres".to_owned()),
            Self::Failed { program: "initdb" | "pg_ctl", .. } => Some(
                "correct what the output above names (settings, free disk space, shared memory) and start again"
                    .to_owned(),
            ),
            Self::Survivors { directory } => Some(format!(
                "look at `ps -ef | grep {}`, then remove the directory",
                directory.display()
            )),
            Self::Failed { .. } | Self::Io { .. } => None,
        }
    }

    pub(crate) fn io(doing: impl Into<String>, source: impl Into<io::Error>) -> Self {
        Self::Io {
            doing: doing.into(),
            source: source.into(),
        }
    }
}

fn lines(looked: &[Looked]) -> String {
    looked
        .iter()
        .map(|looked| format!("\n  {looked}"))
        .collect()
}

fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.trim_end().lines().collect();
    let kept = &lines[lines.len().saturating_sub(TAIL_LINES_MAX)..];
    let mut text = String::new();
    if kept.is_empty() {
        return text;
    }
    text.push(':');
    for line in kept {
        text.push_str("\n  ");
        text.push_str(line);
    }
    text
}

const TAIL_LINES_MAX: usize = 20;
