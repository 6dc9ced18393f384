//! What keeps the text of a `sql` fence from being sent as it stands. The splitting is `stepmark-sql`'s; what statements
//! do is not judged here.

use stepmark_core::plan::{SessionState, SlotForm, Span};
use stepmark_sql::{Problem, ProblemKind, Split, Statement, StatementKind, VariableForm};

use crate::body_text::BodyText;
use crate::diagnostics::Diagnostics;
use crate::sql_facts::{SqlFacts, VariableUse};
use crate::step_attributes::StepAttributes;
use crate::{Code, Diagnostic, sql_changes};

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
    } else if attributes.sql.generated.is_some() {
        check_control(body, &split, "`gexec`", diagnostics);
    } else if attributes.flow.wait.is_some() {
        check_control(body, &split, "`wait`", diagnostics);
    }
    let changes = sql_changes::read(body, &split);
    sql_changes::check(body, &split, &changes, diagnostics);
    SqlFacts {
        atomic: attributes.sql.generated.is_none() && is_atomic(body, &split),
        asks_only: asks_only(body, &split),
        leads_out: leads_out(body, &split),
        changes,
        leaves: leaves(body, &split),
        variables: split
            .variables
            .iter()
            .map(|variable| VariableUse {
                name: variable.name.clone(),
                form: match variable.form {
                    VariableForm::Plain => SlotForm::Plain,
                    VariableForm::Literal => SlotForm::Literal,
                    VariableForm::Identifier => SlotForm::Identifier,
                    VariableForm::Test => SlotForm::Test,
                },
                range: variable.range.clone(),
                span: body.source_span(&variable.range),
            })
            .collect(),
    }
}

/// What the statements leave in their session; what a reset clears is not told apart.
fn leaves(body: &BodyText, split: &Split) -> Vec<SessionState> {
    let mut leaves = Vec::new();
    for statement in &split.statements {
        for state in statement.session_states(body.text()) {
            let state = match state {
                stepmark_sql::SessionState::Setting => SessionState::Setting,
                stepmark_sql::SessionState::Role => SessionState::Role,
                stepmark_sql::SessionState::TemporaryObject => SessionState::TemporaryObject,
                stepmark_sql::SessionState::Listen => SessionState::Listen,
                stepmark_sql::SessionState::PreparedStatement => SessionState::PreparedStatement,
                stepmark_sql::SessionState::Cursor => SessionState::Cursor,
                stepmark_sql::SessionState::AdvisoryLock => SessionState::AdvisoryLock,
                stepmark_sql::SessionState::Library => SessionState::Library,
            };
            if !leaves.contains(&state) {
                leaves.push(state);
            }
        }
    }
    leaves
}

/// Whether the text is one statement that leaves nothing behind when it fails. What CALL or DO commits stays, and a second
/// COMMIT would commit nothing and succeed.
fn is_atomic(body: &BodyText, split: &Split) -> bool {
    let [only] = split.statements.as_slice() else {
        return false;
    };
    let text = body.text();
    let whole = |kind: StatementKind| match kind {
        StatementKind::Procedure => !mentions_commit(&text[only.range.clone()]),
        other => !other.is_transaction_control(),
    };
    only.kinds(text).into_iter().all(whole)
        && !only
            .cannot_run_in_transaction(text)
            .is_some_and(|name| name.contains("CONCURRENTLY"))
}

/// Whether the text only asks, as far as its keywords say.
fn asks_only(body: &BodyText, split: &Split) -> bool {
    let text = body.text();
    let asks = |statement: &Statement| {
        let mut kinds = statement.kinds(text).into_iter();
        kinds.all(|kind| kind == StatementKind::Query)
    };
    !split.statements.is_empty() && split.statements.iter().all(asks)
}

/// Whether a server takes the first statement in a failed transaction (`IsTransactionExitStmt` of PostgreSQL).
fn leads_out(body: &BodyText, split: &Split) -> bool {
    let first = split.statements.first();
    let kind = first.and_then(|first| first.kinds(body.text()).into_iter().next());
    matches!(
        kind,
        Some(
            StatementKind::Commit
                | StatementKind::CommitAndChain
                | StatementKind::Rollback
                | StatementKind::RollbackAndChain
                | StatementKind::RollbackToSavepoint
                | StatementKind::PrepareTransaction
        )
    )
}

/// Whether a DO, CALL or EXECUTE may commit on its own; a procedure's body is not here to be read.
fn mentions_commit(statement: &str) -> bool {
    let lower = statement.to_ascii_lowercase();
    lower.contains("commit") || lower.trim_start_matches('(').starts_with("call")
}

/// Reports the first statement that cannot stand in the transaction the step is wrapped in.
fn check_transaction(body: &BodyText, split: &Split, diagnostics: &mut Diagnostics<'_>) {
    let text = body.text();
    for statement in &split.statements {
        let message = match statement.cannot_run_in_transaction(text) {
            Some(name) => format!("{name} cannot run in a transaction"),
            None if controls(statement, text) => "the step is one transaction already".to_owned(),
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

/// Reports the first statement that begins or ends a transaction in a fence that is only one piece of its step: what
/// becomes of the transaction could not be told of the step as a whole.
fn check_control(body: &BodyText, split: &Split, flag: &str, diagnostics: &mut Diagnostics<'_>) {
    let found = split
        .statements
        .iter()
        .find(|statement| controls(statement, body.text()));
    if let Some(statement) = found {
        diagnostics.report(
            Diagnostic::error(
                Code::TransactionControl,
                body.source_span(&statement.range),
                format!("a step with {flag} begins and ends no transaction"),
            )
            .with_help("take it out into a fence of its own"),
        );
    }
}

/// Whether a statement begins or ends a transaction.
fn controls(statement: &Statement, text: &str) -> bool {
    statement
        .kinds(text)
        .into_iter()
        .any(|kind| kind.is_transaction_control() && !is_savepoint(kind))
}

fn is_savepoint(kind: StatementKind) -> bool {
    use StatementKind::{ReleaseSavepoint, RollbackToSavepoint, Savepoint};
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
