//! Why a step failed.

use serde::{Deserialize, Serialize};

use super::ServerError;
use crate::plan::Finding;

/// Why an attempt definitely did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Failure {
    /// The server refused a statement.
    Server(Box<ServerError>),
    /// The process exited with this code, not 0.
    Exit {
        /// Exit code, 1 to 255.
        code: i32,
    },
    /// The process was killed.
    Killed {
        /// Signal number.
        signal: i32,
    },
    /// A background step ended before it was asked to.
    EndedEarly {
        /// Exit code, when it exited.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        exit: Option<i32>,
        /// Signal, when it was killed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        signal: Option<i32>,
    },
    /// The step ran, but its expectation was not met.
    Check(Finding),
    /// The step did its work, but what it should capture is not there.
    Capture {
        /// Why not.
        message: String,
    },
    /// COMMIT was sent to a failed transaction; the server rolled it back instead.
    RolledBack,
    /// The operator cancelled it, and the engine confirmed the end.
    Cancelled {
        /// What the server said, if the step was SQL.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        error: Option<Box<ServerError>>,
    },
    /// Its `timeout` passed and it was cancelled.
    TimedOut {
        /// The timeout in microseconds.
        after_us: u64,
        /// What the server said, if the step was SQL.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        error: Option<Box<ServerError>>,
    },
    /// The session was lost at a point where nothing of the step can have stayed.
    Lost {
        /// What the connection reported.
        message: String,
    },
    /// It came to light afterwards that it had not done what it should. No outcome of an attempt is recorded as that: it
    /// follows from what was recorded of the attempt later.
    NotDone {
        /// How that is known.
        message: String,
    },
    /// The work could not be begun: a program missing, a text that cannot be split into statements.
    Unstartable {
        /// What was in the way and what to do.
        message: String,
    },
}

impl Failure {
    /// The failure in one line, for lists and exit messages.
    pub fn headline(&self) -> String {
        match self {
            Self::Server(error) => {
                format!("{} {}: {}", error.severity, error.sqlstate, error.message)
            }
            Self::Exit { code } => format!("exit code {code}"),
            Self::Killed { signal } => format!("killed by signal {signal}"),
            Self::EndedEarly { exit, signal } => format!(
                "ended by itself ({}) while it should have stayed up",
                match (exit, signal) {
                    (Some(code), _) => format!("exit code {code}"),
                    (None, Some(signal)) => format!("signal {signal}"),
                    (None, None) => "nobody saw how".to_owned(),
                }
            ),
            Self::Check(finding) => format!("check failed: {}", finding.seen),
            Self::Capture { message } => format!("capture failed: {message}"),
            Self::RolledBack => {
                "COMMIT of a failed transaction: the server rolled it back".to_owned()
            }
            Self::Cancelled { .. } => "cancelled".to_owned(),
            Self::TimedOut { after_us, .. } => format!(
                "timed out after {}",
                crate::report::duration(std::time::Duration::from_micros(*after_us))
            ),
            Self::Lost { message } => format!("connection lost: {message}"),
            Self::NotDone { message } | Self::Unstartable { message } => message.clone(),
        }
    }
}
