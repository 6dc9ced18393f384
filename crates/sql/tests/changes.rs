//! What statements make and take away, by name.

use stepmark_sql::{Change, ChangeKind, split};

/// `kind object` for each change, with the loss where there is one.
fn changes(text: &str) -> Vec<String> {
    let split = split(text, true);
    let all = split.statements.iter();
    all.flat_map(|statement| statement.changes(text))
        .map(|change: Change| {
            let verb = match change.kind {
                ChangeKind::Made => "make",
                ChangeKind::MadeForUse => "make for use",
                ChangeKind::Dropped => "drop",
                ChangeKind::DroppedIfThere => "drop if there",
                ChangeKind::Truncated => "truncate",
                ChangeKind::Deleted => "delete",
                ChangeKind::Overwritten => "overwrite",
            };
            let object = format!("{verb} {:?} {}", change.object.kind, change.object.name);
            match change.loss() {
                Some(loss) => format!("{object}: {loss}"),
                None => object,
            }
        })
        .collect()
}

const CHANGES: &[(&str, &[&str])] = &[
    ("create table t (a int)", &["make Table t"]),
    (
        "CREATE UNLOGGED TABLE IF NOT EXISTS Public.T ()",
        &["make Table t"],
    ),
    ("create table s.\"T x\" ()", &["make Table s.T x"]),
    ("create temp table t (a int)", &["make for use Table t"]),
    ("create table t as select 1", &["make for use Table t"]),
    (
        "create unique index concurrently if not exists i on t (a)",
        &["make Index i"],
    ),
    ("create index on t (a)", &[]),
    ("create schema authorization a", &[]),
    ("create schema if not exists s", &["make Schema s"]),
    ("create or replace view v as select 1", &["make View v"]),
    (
        "create function f(a int) returns int as $$ drop table t $$",
        &["make Function f"],
    ),
    (
        "drop table a, b cascade",
        &["drop Table a: DROP TABLE", "drop Table b: DROP TABLE"],
    ),
    (
        "drop table if exists :\"x\"",
        &["drop if there Table :\"x\": DROP TABLE"],
    ),
    (
        "drop function f(int, text), g",
        &["drop Function f", "drop Function g"],
    ),
    (
        "drop index concurrently if exists i",
        &["drop if there Index i"],
    ),
    ("drop subscription s", &[]),
    ("drop owned by a", &[]),
    (
        "alter table if exists only t add column if not exists a numeric(1, 2), drop b, add c int",
        &[
            "make Column t.a",
            "drop Column t.b: DROP COLUMN",
            "make Column t.c",
        ],
    ),
    (
        "alter table t add constraint c check (a > 0), drop constraint d, alter a drop default",
        &[],
    ),
    ("alter type t add attribute a int", &[]),
    (
        "truncate table only a *, b restart identity",
        &["truncate Table a: TRUNCATE", "truncate Table b: TRUNCATE"],
    ),
    ("delete from t where a", &[]),
    (
        "delete from only s.t",
        &["delete Table s.t: DELETE without WHERE"],
    ),
    (
        "update t as u set a = 1, b = (select c = 2, d from e), \"C\" = 3 from f",
        &[
            "overwrite Column t.a: UPDATE without WHERE",
            "overwrite Column t.b: UPDATE without WHERE",
            "overwrite Column t.C: UPDATE without WHERE",
        ],
    ),
    (
        "update t set (a, b) = (1, 2)",
        &["overwrite Column t.*: UPDATE without WHERE"],
    ),
    (
        "with a as (delete from t returning *) insert into u select * from a",
        &["delete Table t: DELETE without WHERE"],
    ),
    (
        "insert into t values (1) on conflict (a) do update set b = 1",
        &[],
    ),
    ("select 1 for update", &[]),
    (
        r"create table a () \; drop table a",
        &["make Table a", "drop Table a: DROP TABLE"],
    ),
];

#[test]
fn changes_are_told_with_the_names_of_their_objects() {
    for &(text, expected) in CHANGES {
        assert_eq!(changes(text), expected, "{text}");
    }
}

#[test]
fn a_statement_of_many_deletes_is_looked_at_once() {
    let text = format!(
        "with a as (select 1) {} where true",
        "() delete ".repeat(100_000)
    );
    assert_eq!(changes(&text), Vec::<String>::new());
}
