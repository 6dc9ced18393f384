//! Attributes of one step that need or exclude each other. Values by themselves are checked where they are read.

use std::time::Duration;

use stepmark_core::plan::{Interpreter, RetryAfter, Span, StepKind};

use crate::diagnostics::Diagnostics;
use crate::draft::Draft;
use crate::role_attribute::RoleWord;
use crate::runme_word::runme_word;
use crate::{Code, Diagnostic};

/// Attributes that cannot stand beside the first one, and why.
const EXCLUSIVE: &[(&str, &[&str], &str)] = &[
    (
        "gexec",
        &["check", "expect", "same", "wait", "capture"],
        "its rows are statements to run",
    ),
    ("same", &["expect"], "each says what the rows must be"),
    (
        "wait",
        &["transaction"],
        "it asks again and again, and has nothing to commit",
    ),
    (
        "background",
        &[
            "check",
            "expect",
            "wait",
            "capture",
            "retry",
            "interactive",
            "timeout",
            "always",
            "rollback",
            "probe",
        ],
        "it has no end to look at",
    ),
    (
        "interactive",
        &["expect", "wait"],
        "its output goes to the terminal",
    ),
    (
        "always",
        &["rollback", "probe"],
        "it is not in the main flow",
    ),
];

/// Attributes that mean nothing without another.
const DEPENDENT: &[(&str, &str)] = &[("retry-delay", "retry"), ("every", "wait"), ("for", "wait")];

/// Reports what in the attributes of `draft` contradicts itself.
pub(crate) fn check(draft: &Draft, diagnostics: &mut Diagnostics<'_>) {
    let given = |name: &str| draft.attributes.place_of(name);
    for (name, others, why) in EXCLUSIVE {
        let Some(first) = given(name) else { continue };
        if let Some((other, span)) = others.iter().find_map(|other| Some((other, given(other)?))) {
            diagnostics.report(
                conflict(
                    span,
                    format!("`{name}` and `{other}` exclude each other: {why}"),
                )
                .with_related(first, format!("`{name}` is given here"))
                .with_help("write two steps, or remove one of them"),
            );
        }
    }
    for (name, needed) in DEPENDENT {
        if let Some(span) = given(name)
            && given(needed).is_none()
        {
            diagnostics.report(
                conflict(span, format!("`{name}` means nothing without `{needed}`"))
                    .with_help(format!("add `{needed}`, or remove `{name}`")),
            );
        }
    }
    check_wait(draft, diagnostics);
    check_retry(draft, diagnostics);
}

/// Warns once of Runme's default, which is not ours.
pub(crate) fn check_runme(drafts: &[Draft], diagnostics: &mut Diagnostics<'_>) {
    let first = drafts
        .iter()
        .filter(|draft| {
            matches!(
                draft.kind,
                StepKind::Shell(Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh)
            )
        })
        .find_map(|draft| {
            let attributes = &draft.attributes.attributes;
            let has = |name: &str| attributes.iter().any(|given| given.name == name);
            let runme = attributes
                .iter()
                .find(|given| runme_word(&given.name).is_some())?;
            (!has("interactive") && !has("background")).then_some(runme)
        });
    if let Some(attribute) = first {
        diagnostics.report(
            Diagnostic::warning(
                Code::RunmeInteractive,
                attribute.span.clone(),
                "Runme would give this fence a terminal, which it does not get here",
            )
            .with_help("write `interactive=false` where none is needed; this is said once a file"),
        );
    }
}

fn check_wait(draft: &Draft, diagnostics: &mut Diagnostics<'_>) {
    let attributes = &draft.attributes;
    let (Some(wait), Some(span)) = (attributes.flow.wait, attributes.place_of("wait")) else {
        return;
    };
    let Some(timeout) = attributes.timeout else {
        if attributes.place_of("timeout").is_none() {
            diagnostics.report(
                conflict(span, "`wait` has no end of its own".to_owned())
                    .with_help("add `timeout=30m`: how long the whole wait may take"),
            );
        }
        return;
    };
    let too_long = |name: &str, duration: Duration| {
        (duration >= timeout)
            .then(|| attributes.place_of(name))
            .flatten()
    };
    for (name, duration) in [("for", wait.steady), ("every", wait.every)] {
        if let Some(span) = too_long(name, duration) {
            diagnostics.report(
                conflict(span, format!("`{name}` is not shorter than the `timeout`"))
                    .with_help("the wait could only time out: give it more time"),
            );
        }
    }
}

fn check_retry(draft: &Draft, diagnostics: &mut Diagnostics<'_>) {
    let attributes = &draft.attributes;
    let Some(span) = attributes
        .place_of("retry")
        .filter(|_| attributes.retries())
    else {
        return;
    };
    if retry_after(draft).is_some() {
        return;
    }
    let help = match draft.kind {
        StepKind::Sql => {
            "add `idempotent` if it is safe after any partial run, or `transaction` to make it all or nothing"
        }
        StepKind::Shell(_) | StepKind::Manual => {
            "add `idempotent` if it is safe to run again after any partial run"
        }
    };
    diagnostics.report(
        conflict(
            span,
            "nothing says that this step can be tried again".to_owned(),
        )
        .with_help(help),
    );
}

/// After which failures the step may be tried again; none if nothing says that it may.
pub(crate) fn retry_after(draft: &Draft) -> Option<RetryAfter> {
    let attributes = &draft.attributes;
    let is_probe = attributes
        .role
        .as_ref()
        .is_some_and(|role| role.word == RoleWord::Probe);
    if attributes.flow.idempotent || attributes.is_check() || is_probe {
        return Some(RetryAfter::AnyFailure);
    }
    (draft.sql.atomic || attributes.sql.transaction).then_some(RetryAfter::Contention)
}

fn conflict(span: Span, message: String) -> Diagnostic {
    Diagnostic::error(Code::AttributeConflict, span, message)
}
