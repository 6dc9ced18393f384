//! Warns of passwords that are written down in a step, and masks them in what is shown of it. Every reader of the runbook and
//! of its history has them.

use stepmark_core::plan::StepKind;
use stepmark_sql::{SecretLiteral, secrets_in_sql, secrets_in_text, without_secrets};

use crate::body_text::BodyText;
use crate::diagnostics::Diagnostics;
use crate::{Code, Diagnostic};

/// Reports each password in a step of `kind`, not the password itself, and masks it in what is shown of `body`.
pub(crate) fn check(body: &mut BodyText, kind: StepKind, diagnostics: &mut Diagnostics<'_>) {
    let found = find(kind, body.text());
    let used = match kind.is_sql() {
        Some(true) => "`PASSWORD :'app_password'`",
        Some(false) | None => "`\"$app_password\"`",
    };
    if found.is_empty() {
        return;
    }
    for secret in &found {
        let span = body.source_span(&secret.range);
        let message = "a password is written down here, for every reader of this file";
        let help = format!(
            "declare it under `inputs:` as `app_password: {{ secret: true, env: APP_PASSWORD }}`, and write {used}"
        );
        let warning = Diagnostic::warning(Code::SecretInRunbook, span, message);
        diagnostics.report(warning.with_help(help));
    }
    body.mask(without_secrets(body.text(), &found));
}

/// `text` of a step of `kind` with the passwords in it masked.
pub(crate) fn masked(kind: StepKind, text: &str) -> String {
    without_secrets(text, &find(kind, text))
}

fn find(kind: StepKind, text: &str) -> Vec<SecretLiteral> {
    match kind.is_sql() {
        Some(true) => secrets_in_sql(text),
        Some(false) => secrets_in_text(text),
        None => Vec::new(),
    }
}
