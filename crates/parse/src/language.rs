//! The languages of fences, and what runs each.

use stepmark_core::plan::{Interpreter, StepKind};

/// How a fence's first word makes it run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Its text is given to this kind of step.
    Runs(StepKind),
    /// A transcript, whose commands are given to bash.
    Transcript,
    /// It looks as if it would run; what to do if it is to.
    LooksLike(&'static str),
    /// Prose.
    Prose,
}

impl Language {
    /// What a fence whose first word is `word` is, whatever its case.
    pub(crate) fn of(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "sql" | "pgsql" | "postgresql" => Self::Runs(StepKind::Sql),
            "psql" => Self::Runs(StepKind::Shell(Interpreter::Psql)),
            "bash" | "shell" => Self::Runs(StepKind::Shell(Interpreter::Bash)),
            "sh" => Self::Runs(StepKind::Shell(Interpreter::Sh)),
            "zsh" => Self::Runs(StepKind::Shell(Interpreter::Zsh)),
            "console" | "shell-session" => Self::Transcript,
            "shellsession" | "sh-session" | "bash-session" | "zsh-session" | "ksh-session"
            | "terminal" | "shell-console" | "bash-console" => {
                Self::LooksLike("write `console` if it is to run")
            }
            "ksh" | "dash" | "ash" | "fish" | "shellscript" | "shell-script" | "bash-script"
            | "bsh" | "csh" | "tcsh" | "mksh" | "busybox" | "nu" | "nushell" | "elvish"
            | "xonsh" | "powershell" | "pwsh" | "posh" | "ps1" | "cmd" | "bat" | "batch"
            | "dos" | "winbatch" => {
                Self::LooksLike("write it for `bash`, `sh` or `zsh` if it is to run")
            }
            "postgres" | "pg" | "plpgsql" | "postgresql-console" | "postgres-console" => {
                Self::LooksLike("write `sql` if it is to run")
            }
            _ => Self::Prose,
        }
    }
}
