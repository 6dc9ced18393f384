//! What keeps the text of a `sql` fence from being sent as it stands. The splitting is `stepmark-sql`'s; what statements
//! do is not judged here.

use stepmark_core::plan::Span;
use stepmark_sql::{Problem, ProblemKind, Split, VariableForm};

use crate::body_text::BodyText;
use crate::diagnostics::Diagnostics;
use crate::sql_facts::{SqlFacts, VariableUse};
use crate::step_attributes::StepAttributes;
use crate::{Code, Diagnostic};

/// Reports each problem in `body` at its place in the source, and says what the graph must know.
pub(crate) fn check(
    body: &BodyText,
    attributes: &StepAttributes,
    diagnostics: &mut Diagnostics<'_>,
) -> SqlFacts {
    let split = stepmark_sql::split(body.text(), true);
    for problem in &split.problems {
        diagnostics.report(diagnostic(problem, body.source_span(&problem.range)));
    }
    if attributes.sql.transaction {
        check_transaction(body, &split, diagnostics);
    }
    SqlFacts {
        atomic: attributes.retries() && is_atomic(body, &split),
        variables: split
            .variables
            .iter()
            .map(|variable| VariableUse {
                name: variable.name.clone(),
                span: body.source_span(&variable.range),
                declared: match variable.form {
                    VariableForm::Plain => false,
                    VariableForm::Literal | VariableForm::Identifier | VariableForm::Test => true,
                },
            })
            .collect(),
    }
}

fn is_atomic(body: &BodyText, split: &Split) -> bool {
    match split.statements.as_slice() {
        [only] => !only
            .cannot_run_in_transaction(body.text())
            .is_some_and(|name| name.contains("CONCURRENTLY")),
        _ => false,
    }
}

/// Reports the first statement that cannot stand in the transaction the step is wrapped in.
fn check_transaction(body: &BodyText, split: &Split, diagnostics: &mut Diagnostics<'_>) {
    let text = body.text();
    for statement in &split.statements {
        let controls = statement
            .kinds(text)
            .into_iter()
            .any(|kind| kind.is_transaction_control() && !is_savepoint(kind));
        let message = match statement.cannot_run_in_transaction(text) {
            Some(name) => format!("{name} cannot run in a transaction"),
            None if controls => "the step is one transaction already".to_owned(),
            None => continue,
        };
        diagnostics.report(
            Diagnostic::error(
                Code::TransactionControl,
                body.source_span(&statement.range),
                message,
            )
            .with_help("take it out into a fence of its own, or remove `transaction`"),
        );
        return;
    }
}

fn is_savepoint(kind: stepmark_sql::StatementKind) -> bool {
    use stepmark_sql::StatementKind::{ReleaseSavepoint, RollbackToSavepoint, Savepoint};
    matches!(kind, Savepoint | ReleaseSavepoint | RollbackToSavepoint)
}

fn diagnostic(problem: &Problem, span: Span) -> Diagnostic {
    let code = match problem.kind {
        ProblemKind::MetaCommand { .. } => Code::MetaCommand,
        ProblemKind::Nul => Code::ControlCharacter,
        ProblemKind::UnterminatedString
        | ProblemKind::UnterminatedIdentifier
        | ProblemKind::UnterminatedDollarQuote { .. }
        | ProblemKind::UnterminatedComment
        | ProblemKind::UnclosedParenthesis
        | ProblemKind::UnterminatedBody
        | ProblemKind::CopyDataUnended
        | ProblemKind::TextAfterCopy
        | ProblemKind::CopyAmongParts => Code::SqlUnfinished,
    };
    Diagnostic::error(code, span, problem.kind.to_string()).with_help(problem.kind.hint())
}
