//! What does a step's work.

use serde::{Deserialize, Serialize};

/// What does the work of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// SQL over the wire protocol, in the connection's one session.
    Sql,
    /// A process of its own that reads the text.
    Shell(Interpreter),
    /// A person, who says when it is done.
    Manual,
}

/// The program a shell step's text is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interpreter {
    /// `bash -e`.
    Bash,
    /// `sh -e`.
    Sh,
    /// `zsh -e`.
    Zsh,
    /// The real `psql`, stopping at the first error.
    Psql,
    /// The program that `interpreter=` names.
    Other,
}

impl StepKind {
    /// One word for lists and records: `sql`, `bash`, `manual`…
    pub fn word(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Shell(Interpreter::Bash) => "bash",
            Self::Shell(Interpreter::Sh) => "sh",
            Self::Shell(Interpreter::Zsh) => "zsh",
            Self::Shell(Interpreter::Psql) => "psql",
            Self::Shell(Interpreter::Other) => "script",
            Self::Manual => "manual",
        }
    }
}
