//! How an unknown outcome became known.

use serde::{Deserialize, Serialize};

use super::Fate;
use crate::{Attempt, StepId};

/// What an attempt of unknown outcome turned out to have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// All that it should.
    Done,
    /// Nothing that stayed.
    NotDone,
}

/// Who or what said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Evidence {
    /// The server, of the transaction whose COMMIT it had not answered.
    Transaction {
        /// The transaction that was announced.
        transaction_id: String,
        /// What became of it.
        fate: Fate,
    },
    /// That its COMMIT was not announced on record, without which none is sent.
    NeverCommitted,
    /// The step's probe.
    Probe {
        /// The probe.
        probe: StepId,
        /// The attempt of the probe that saw it.
        attempt: Attempt,
    },
    /// The operator.
    Operator {
        /// How they know, in their words.
        reason: String,
        /// Whether a flag gave it and not a person at the terminal.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        by_flag: bool,
    },
}

/// What became of processes that outlived the runner of their step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrphansEnd {
    /// They ended by themselves.
    Gone,
    /// They were killed.
    Killed,
    /// They go on, and the operator says that they are meant to.
    Accepted,
}

impl Resolution {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Done => "was done",
            Self::NotDone => "was not done",
        }
    }
}

impl Evidence {
    /// Who or what said that `resolution`, for a person.
    pub fn phrase(&self, resolution: Resolution) -> String {
        match self {
            Self::Transaction {
                transaction_id,
                fate: Fate::Committed,
            } => format!("the server says that transaction {transaction_id} committed"),
            Self::Transaction {
                transaction_id,
                fate: Fate::Aborted,
            } => format!("the server says that transaction {transaction_id} was aborted"),
            Self::NeverCommitted => {
                "its COMMIT was not announced on record, so none was sent".to_owned()
            }
            Self::Probe { probe, .. } => match resolution {
                Resolution::Done => format!("probe {probe} sees its effect"),
                Resolution::NotDone => format!("probe {probe} does not see its effect"),
            },
            Self::Operator {
                reason,
                by_flag: false,
            } => format!("the operator says: {reason}"),
            Self::Operator {
                reason,
                by_flag: true,
            } => format!("the operator says, by flag: {reason}"),
        }
    }
}

impl OrphansEnd {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Gone => "ended by themselves",
            Self::Killed => "were killed",
            Self::Accepted => "go on, as they are meant to",
        }
    }
}
