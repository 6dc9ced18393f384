//! How a SQL step is run.

use std::time::Duration;

use super::SessionState;
use crate::ConnectionName;

/// How a SQL step is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SqlTerms {
    /// `transaction`: the whole fence in one transaction.
    pub transaction: bool,
    /// `gexec`: each cell of the result is a statement, run on that connection (the step's own, if none is named).
    pub generated: Option<Generated>,
    /// `lock-timeout=` for this step.
    pub lock_timeout: Option<Duration>,
    /// `statement-timeout=` for this step.
    pub statement_timeout: Option<Duration>,
    /// Whether it is one statement that is all or nothing.
    pub atomic: bool,
    /// Whether its statements only ask, as far as their keywords say.
    pub asks_only: bool,
    /// Whether its first statement is one that a server takes in a failed transaction: ROLLBACK, COMMIT and their like.
    pub leads_out: bool,
    /// What its statements leave in the session, each kind once.
    pub leaves: Vec<SessionState>,
}

/// Where generated statements run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Generated {
    /// On the step's own connection.
    Here,
    /// On another one.
    On(ConnectionName),
}
