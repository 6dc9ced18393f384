//! What an attribute can stand on.

use stepmark_core::plan::{Interpreter, StepKind};

/// A kind of thing in the Markdown that takes attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributeTarget {
    /// A `sql` fence.
    Sql,
    /// A `psql` fence.
    Psql,
    /// A `bash`, `sh`, `zsh`, `shell` or `console` fence.
    Shell,
    /// A task-list item.
    Task,
    /// A fence in any other language.
    OtherFence,
    /// A fence in any other language that names the program to run it through.
    Script,
    /// A line that is a link to another runbook.
    Link,
}

impl AttributeTarget {
    /// The word for it in the format's table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Psql => "psql",
            Self::Shell => "shell",
            Self::Task => "task",
            Self::OtherFence => "other fences",
            Self::Script => "interpreter=",
            Self::Link => "link line",
        }
    }

    /// What a step of `kind` is.
    pub fn of(kind: StepKind) -> Self {
        match kind {
            StepKind::Sql => Self::Sql,
            StepKind::Shell(Interpreter::Psql) => Self::Psql,
            StepKind::Shell(Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh) => Self::Shell,
            StepKind::Shell(Interpreter::Other) => Self::Script,
            StepKind::Manual => Self::Task,
        }
    }
}
