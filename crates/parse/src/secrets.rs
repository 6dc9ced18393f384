//! Warns of passwords that are written down in a step. Every reader of the runbook and of its history has them.

use stepmark_core::plan::{Interpreter, StepKind};
use stepmark_sql::{SecretLiteral, secrets_in_sql, secrets_in_text};

use crate::body_text::BodyText;
use crate::diagnostics::Diagnostics;
use crate::{Code, Diagnostic};

/// Reports each password in a step of `kind`; not the password itself.
pub(crate) fn check(body: &BodyText, kind: StepKind, diagnostics: &mut Diagnostics<'_>) {
    let (found, used): (Vec<SecretLiteral>, _) = match kind {
        StepKind::Sql | StepKind::Shell(Interpreter::Psql) => {
            (secrets_in_sql(body.text()), "`PASSWORD :'app_password'`")
        }
        StepKind::Shell(
            Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh | Interpreter::Other,
        ) => (secrets_in_text(body.text()), "`\"$app_password\"`"),
        StepKind::Manual => return,
    };
    for secret in found {
        let span = body.source_span(&secret.range);
        let message = "a password is written down here, for every reader of this file";
        let help = format!(
            "declare it under `inputs:` as `app_password: {{ secret: true, env: APP_PASSWORD }}`, and write {used}"
        );
        let found = Diagnostic::warning(Code::SecretInRunbook, span, message);
        diagnostics.report(found.with_help(help));
    }
}
