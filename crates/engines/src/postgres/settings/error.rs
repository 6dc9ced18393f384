//! Why connection settings could not be made sense of. Never repeats a value that may be a password.

use std::path::PathBuf;

/// Why connection settings could not be made sense of.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// libpq does not know the keyword.
    #[error("{origin}: unknown connection setting \u{201c}{keyword}\u{201d}")]
    UnknownKeyword {
        /// As written.
        keyword: String,
        /// Where it was written.
        origin: String,
    },
    /// libpq knows it, but its promise is not kept here.
    #[error("{origin}: {keyword}={value} is not supported")]
    Unsupported {
        /// The keyword.
        keyword: &'static str,
        /// As written.
        value: String,
        /// Where it was written.
        origin: String,
    },
    /// The keyword does not take this value.
    #[error("{origin}: {keyword}=\u{201c}{value}\u{201d} is not valid: {expected}")]
    BadValue {
        /// The keyword.
        keyword: &'static str,
        /// As written.
        value: String,
        /// What it may be.
        expected: &'static str,
        /// Where it was written.
        origin: String,
    },
    /// A URL or keyword string is malformed.
    #[error("{origin}: {problem}")]
    Malformed {
        /// What is wrong, without the text itself: it may hold a password.
        problem: String,
        /// Where it was written.
        origin: String,
    },
    /// `host`, `hostaddr` and `port` list different numbers of servers.
    #[error("{what} lists {count} entries for {hosts} hosts")]
    CountMismatch {
        /// `port` or `host`.
        what: &'static str,
        /// Its entries.
        count: usize,
        /// Hosts listed.
        hosts: usize,
    },
    /// A service was named that no service file defines.
    #[error("{origin}: service \u{201c}{name}\u{201d} is not defined in {}", display(.looked))]
    ServiceNotFound {
        /// The service's name.
        name: String,
        /// Where it was named.
        origin: String,
        /// The files that were read or looked for.
        looked: Vec<PathBuf>,
    },
    /// A file that was asked for could not be read.
    #[error("{}: {error}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// There is no user name to connect as.
    #[error("no user name to connect as")]
    NoUser,
}

impl SettingsError {
    /// What to do about it, a sentence without its full stop.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownKeyword { .. } => {
                "see \u{201c}Parameter Key Words\u{201d} in PostgreSQL's libpq documentation".to_owned()
            }
            Self::Unsupported { keyword, .. } => format!("leave {keyword} out, or use psql for this target"),
            Self::BadValue { .. } => "correct it where it was set".to_owned(),
            Self::Malformed { .. } => {
                "write postgresql://USER@HOST:PORT/DATABASE or host=HOST dbname=DATABASE; percent-encode special characters in a URL"
                    .to_owned()
            }
            Self::CountMismatch { .. } => "give one entry for each host, or one port for all".to_owned(),
            Self::ServiceNotFound { name, .. } => {
                format!("add a section [{name}] to ~/.pg_service.conf, or name the file with PGSERVICEFILE")
            }
            Self::Unreadable { .. } => "check its path and permissions".to_owned(),
            Self::NoUser => "name one in the URL or with PGUSER".to_owned(),
        }
    }
}

fn display(paths: &[PathBuf]) -> String {
    match paths {
        [] => "any service file (none was found)".to_owned(),
        paths => paths
            .iter()
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>()
            .join(", "),
    }
}
