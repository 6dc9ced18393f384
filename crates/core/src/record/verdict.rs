//! How a run came out.

use serde::{Deserialize, Serialize};

use crate::{ConnectionName, StepId};

/// How a finished run came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every step of the main flow succeeded or was skipped.
    Succeeded,
    /// What the run had done was undone.
    RolledBack,
}

/// Why a run was put down unfinished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum PauseReason {
    /// A step failed.
    StepFailed {
        /// Which.
        step: StepId,
    },
    /// A step's outcome is not known.
    StepUnknown {
        /// Which.
        step: StepId,
    },
    /// The run reached its end with a transaction open; it was rolled back.
    TransactionLeftOpen {
        /// The last step held in it.
        step: StepId,
    },
    /// A session ended on its own between two steps, and with it what steps had left in it.
    SessionLost {
        /// Whose session.
        connection: ConnectionName,
    },
    /// A connection could not be opened, or leads somewhere else than before.
    Target {
        /// What is wrong with it.
        message: String,
    },
    /// The next step needs a person and there is none.
    NeedsPerson {
        /// Which step.
        step: StepId,
    },
    /// A step could not start, and no person is there to change that.
    StepRefused {
        /// Which step.
        step: StepId,
        /// Why.
        message: String,
    },
    /// The operator or a signal ended it.
    Stopped,
    /// The part of the runbook that was asked for is done.
    PartDone,
}

/// Who asked a run to end early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopSource {
    /// A person at the keys.
    Operator,
    /// SIGINT, SIGTERM or SIGHUP.
    Signal {
        /// Its number.
        number: i32,
    },
}

impl PauseReason {
    /// The reason for a person.
    pub fn sentence(&self) -> String {
        match self {
            Self::StepFailed { step } => format!("step {step} failed"),
            Self::StepUnknown { step } => format!("the outcome of step {step} is unknown"),
            Self::TransactionLeftOpen { step } => {
                format!("the runbook ended inside a transaction (step {step}); it was rolled back")
            }
            Self::SessionLost { connection } => format!(
                "the session of {connection} was lost between two steps, and with it its settings, temporary tables and open transaction"
            ),
            Self::Target { message } => message.clone(),
            Self::NeedsPerson { step } => format!("step {step} needs a person"),
            Self::StepRefused { message, .. } => message.clone(),
            Self::Stopped => "stopped before the end".to_owned(),
            Self::PartDone => "the part that was asked for is done".to_owned(),
        }
    }
}
