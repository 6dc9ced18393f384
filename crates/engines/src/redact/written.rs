//! The passwords that are written down in what a step does, so that they are masked like other secrets.

use stepmark_core::plan::{Interpreter, StepKind};
use stepmark_sql::{secrets_in_sql, secrets_in_text};

/// The passwords written down in `text`, which a step of `kind` does.
pub fn written_passwords(kind: StepKind, text: &str) -> Vec<String> {
    let found = match kind {
        StepKind::Sql | StepKind::Shell(Interpreter::Psql) => secrets_in_sql(text),
        StepKind::Shell(
            Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh | Interpreter::Other,
        ) => secrets_in_text(text),
        StepKind::Manual => Vec::new(),
    };
    found.into_iter().map(|secret| secret.value).collect()
}
