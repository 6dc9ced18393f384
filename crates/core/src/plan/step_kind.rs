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

impl StepKind {
    /// Whether the text of such a step is SQL, of psql's kind or the server's, or another program's; none where a person does
    /// what it says.
    pub fn is_sql(self) -> Option<bool> {
        match self {
            Self::Sql | Self::Shell(Interpreter::Psql) => Some(true),
            Self::Shell(
                Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh | Interpreter::Other,
            ) => Some(false),
            Self::Manual => None,
        }
    }
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
