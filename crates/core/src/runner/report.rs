//! What engines say.

use super::PasswordProblem;
use crate::output::OutputSummary;
use crate::plan::{Captured, Finding};
use crate::record::{
    Fate, Positions, ServerError, TargetIdentity, TransactionEnd, TransactionStatus,
};
use crate::{Attempt, ConnectionName, Digest, StepIndex};

/// What an engine says.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// A session is open and has proven where it leads.
    Opened {
        /// The connection.
        connection: ConnectionName,
        /// Where it leads.
        target: Box<TargetIdentity>,
    },
    /// A session could not be opened.
    OpenFailed {
        /// The connection.
        connection: ConnectionName,
        /// Why.
        failure: Box<OpenFailure>,
    },
    /// An attempt's work is over.
    Ended {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
        /// How.
        ended: WorkEnded,
        /// From start to end in microseconds, by the monotonic clock.
        duration_us: u64,
        /// What it printed, already on disk.
        output: OutputSummary,
    },
    /// The process of a background step was started.
    WentUp {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
    },
    /// One look of a `wait` step is over; its output stays open.
    Polled {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
        /// How the look ended.
        ended: WorkEnded,
        /// From the intent to now in microseconds, by the monotonic clock.
        elapsed_us: u64,
    },
    /// The output of a step that no engine works for is on disk, as [`super::Effect::Conclude`] asked.
    Concluded {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
        /// From the intent to now in microseconds, by the monotonic clock.
        duration_us: u64,
        /// What it printed.
        output: OutputSummary,
    },
    /// A `gexec` step has made its statements; they are in its output, and none was sent.
    Generated {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
        /// How many there are.
        count: u64,
        /// SHA-256 of their texts, each followed by a NUL byte.
        digest: Digest,
        /// The first of them, whole, as many as go into 32 KiB.
        statements: Vec<String>,
    },
    /// A `transaction` step is done but for its COMMIT, which waits for [`super::Effect::Commit`].
    CommitReady {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
        /// The connection its transaction is on.
        connection: ConnectionName,
        /// Its `pg_current_xact_id()`; none when it wrote nothing.
        transaction_id: Option<String>,
    },
    /// The server was asked what became of a transaction.
    Resolved {
        /// The step.
        step: StepIndex,
        /// The attempt.
        attempt: Attempt,
        /// What it said; in words, why it cannot be told.
        fate: Result<Fate, String>,
    },
    /// The ROLLBACK asked for was answered.
    Abandoned {
        /// The connection.
        connection: ConnectionName,
        /// How the transaction ended.
        end: TransactionEnd,
    },
    /// A session was ended at our wish.
    Closed {
        /// The connection.
        connection: ConnectionName,
        /// How its open transaction ended, if there was one.
        end: Option<TransactionEnd>,
    },
    /// A session ended on its own while no step ran on it.
    Lost {
        /// The connection.
        connection: ConnectionName,
        /// What the connection reported.
        message: String,
    },
}

/// Why a session could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFailure {
    /// What happened, in one line.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What is wrong about the password, if that is what is in the way.
    pub password: Option<PasswordProblem>,
    /// Each setting that was used, and where it came from; never a password.
    pub settings: Vec<Setting>,
}

/// A connection setting and its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// libpq's name for it.
    pub name: String,
    /// Its value; `‹set›` for secrets.
    pub value: String,
    /// Where it came from, `--connect`, `PGHOST`, `default`…
    pub origin: String,
}

/// How an attempt's work ended.
#[derive(Clone, Debug, PartialEq)]
pub enum WorkEnded {
    /// A SQL step's.
    Sql(SqlEnded),
    /// A shell step's.
    Shell(ShellEnded),
    /// It could not be begun.
    Unstartable {
        /// What was in the way and what to do.
        message: String,
    },
}

/// How a SQL step's work ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SqlEnded {
    /// Statements in the text.
    pub statements: u32,
    /// Statements that finished without error.
    pub finished: u32,
    /// Rows that came back.
    pub rows: u64,
    /// The last command tag.
    pub tag: Option<String>,
    /// Why it stopped before the end; none when it did not.
    pub stop: Option<SqlStop>,
    /// What the expectation saw, if the step has one and ran to its end.
    pub finding: Option<Finding>,
    /// What `capture=` found, if the step captures and ran to its end.
    pub captured: Option<Captured>,
    /// How transactions that were open when the step started, or that it opened, ended on the way, in order.
    pub ends: Vec<TransactionEnd>,
    /// The transaction's state afterwards.
    pub transaction: TransactionStatus,
    /// Where the server stood before and after.
    pub positions: Positions,
}

/// Why SQL stopped before its end.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlStop {
    /// The server refused a statement.
    Refused(Box<ServerError>),
    /// COMMIT was answered with ROLLBACK.
    RolledBack,
    /// The session was lost.
    Lost {
        /// What the connection reported.
        message: String,
        /// Whether the statement under way may have taken effect for good: it was a COMMIT or ran outside a transaction.
        in_doubt: bool,
    },
}

/// How a shell step's process ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellEnded {
    /// Exit code, when it exited.
    pub exit: Option<i32>,
    /// Signal, when it was killed.
    pub signal: Option<i32>,
    /// Why variables and directory were not carried on, if they were not.
    pub state_lost: Option<String>,
    /// What the expectation saw, if the step has one that looks at the output.
    pub finding: Option<Finding>,
    /// What `capture=` found, if the step captures.
    pub captured: Option<Captured>,
}
