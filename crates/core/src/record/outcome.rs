//! How an attempt ended, and what was done on the way.

use serde::{Deserialize, Serialize};

use super::Failure;
use crate::plan::Finding;

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// It did what it should.
    Succeeded {
        /// What its expectation saw, if it had one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        finding: Option<Finding>,
    },
    /// It did not, for certain.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// Nobody knows whether its last statement took effect.
    Unknown {
        /// Why nobody does.
        because: String,
    },
}

/// What was done on the way to an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "engine", rename_all = "snake_case")]
pub enum Work {
    /// Statements sent to a server.
    Sql {
        /// How many the text holds.
        statements: u32,
        /// How many finished without error; outside a transaction these have committed.
        finished: u32,
        /// Rows that came back.
        rows: u64,
        /// The last command tag, `INSERT 0 5`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        tag: Option<String>,
    },
    /// A process.
    Shell {
        /// Exit code, when it exited.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        exit: Option<i32>,
        /// Signal, when it was killed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        signal: Option<i32>,
        /// Why variables and directory were not carried on, if they were not.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        state_lost: Option<String>,
    },
    /// A person said it is done.
    Manual,
    /// Nothing: the work could not be begun.
    None,
}
