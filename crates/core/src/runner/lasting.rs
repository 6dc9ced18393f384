//! Whether a step that was tried may have left something behind. In doubt it has: who rolls a run back reads what stays.

use crate::StepIndex;
use crate::plan::{Plan, Step, StepKind};
use crate::progress::{Progress, StepState};
use crate::record::{Failure, Outcome};

/// Functions that change nothing. Any other may: `SELECT pg_create_logical_replication_slot(…)` is a query too.
const LOOKING: &[&str] = &[
    "abs",
    "age",
    "array_agg",
    "avg",
    "bool_and",
    "bool_or",
    "cast",
    "ceil",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "current_database",
    "current_schema",
    "current_setting",
    "date_trunc",
    "extract",
    "floor",
    "format",
    "greatest",
    "least",
    "left",
    "length",
    "lower",
    "ltrim",
    "max",
    "md5",
    "min",
    "now",
    "nullif",
    "pg_backend_pid",
    "pg_current_wal_lsn",
    "pg_database_size",
    "pg_get_constraintdef",
    "pg_get_indexdef",
    "pg_is_in_recovery",
    "pg_relation_size",
    "pg_size_pretty",
    "pg_sleep",
    "pg_table_size",
    "pg_total_relation_size",
    "pg_wal_lsn_diff",
    "quote_ident",
    "quote_literal",
    "replace",
    "right",
    "round",
    "row_number",
    "rtrim",
    "string_agg",
    "substring",
    "sum",
    "to_char",
    "to_regclass",
    "trim",
    "upper",
    "version",
];

/// Words of a query that stand before a parenthesis and call nothing.
const WORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "by",
    "distinct",
    "else",
    "except",
    "exists",
    "filter",
    "from",
    "having",
    "in",
    "intersect",
    "join",
    "lateral",
    "materialized",
    "not",
    "on",
    "or",
    "over",
    "select",
    "some",
    "then",
    "union",
    "using",
    "values",
    "when",
    "where",
    "within",
    "group",
    "row",
];

/// Whether the step at `index`, which was tried and has no undo, may have left something.
pub(super) fn leaves_something(plan: &Plan, progress: &Progress, index: StepIndex) -> bool {
    let planned = plan.step(index);
    let known = progress.step(index);
    let came_to_nothing = match (&known.state, &known.outcome) {
        (StepState::Failed, Some(Outcome::Failed { failure })) => left_nothing(planned, failure),
        _ => false,
    };
    !only_looks(planned) && !came_to_nothing
}

/// A check and a wait only look, and so do queries that call nothing but what looks.
fn only_looks(planned: &Step) -> bool {
    let is_look = planned.expectation.is_some() || planned.flow.wait.is_some();
    match planned.kind {
        StepKind::Sql if planned.sql.generated.is_some() => false,
        StepKind::Sql if is_look => planned.sql.asks_only,
        StepKind::Sql => planned.sql.asks_only && calls_only_looks(&planned.body.text),
        StepKind::Shell(_) | StepKind::Manual => is_look,
    }
}

/// Whether nothing of a step can have stayed that failed like that.
fn left_nothing(planned: &Step, failure: &Failure) -> bool {
    let sql = &planned.sql;
    let is_whole =
        planned.kind == StepKind::Sql && sql.generated.is_none() && (sql.transaction || sql.atomic);
    match failure {
        Failure::Unstartable { .. } | Failure::Lost { .. } => true,
        Failure::NotDone { .. } => planned.kind != StepKind::Manual,
        Failure::Server(_) | Failure::RolledBack => is_whole,
        Failure::Cancelled { error } | Failure::TimedOut { error, .. } => {
            is_whole && error.is_some()
        }
        Failure::Exit { .. }
        | Failure::Killed { .. }
        | Failure::EndedEarly { .. }
        | Failure::Check(_)
        | Failure::Capture { .. } => false,
    }
}

/// Whether each word before a parenthesis in `text` is a function that changes nothing, or none. Texts in quotes are not told
/// apart, which can only make a call of what is none.
fn calls_only_looks(text: &str) -> bool {
    let is_part = |one: char| one.is_alphanumeric() || matches!(one, '_' | '"' | '.' | '$');
    text.match_indices('(').all(|(at, _)| {
        let before = text[..at].trim_end();
        let word = before.rsplit(|one: char| !is_part(one)).next();
        let word = word.unwrap_or_default().to_ascii_lowercase();
        let word = word.strip_prefix("pg_catalog.").unwrap_or(&word);
        word.is_empty() || LOOKING.contains(&word) || WORDS.contains(&word)
    })
}

#[cfg(test)]
mod tests {
    use super::calls_only_looks;

    #[test]
    fn a_query_that_calls_what_may_change_something_is_no_look() {
        let cases = [
            ("SELECT 1/0", true),
            (
                "SELECT count (*), pg_catalog.now() FROM t WHERE id IN (SELECT max(id) FROM u)",
                true,
            ),
            ("WITH a AS (SELECT 1) SELECT (1 + 2) FROM a", true),
            (
                "SELECT pg_create_logical_replication_slot('s', 'pgoutput')",
                false,
            ),
            ("SELECT setval('s', 1)", false),
            ("SELECT app.count(1)", false),
            ("SELECT \"count\"(1)", false),
            ("SELECT /* drop( */ x( )", false),
        ];
        for (text, expected) in cases {
            assert_eq!(calls_only_looks(text), expected, "{text}");
        }
    }
}
