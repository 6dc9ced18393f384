//! What statements are told to be and to do, one table a question.

use stepmark_sql::{SessionState, Statement, StatementKind, split};

fn only(text: &str) -> Statement {
    let mut split = split(text, true);
    assert_eq!(split.statements.len(), 1, "{text:?}");
    split.statements.remove(0)
}

#[test]
fn kinds_follow_the_leading_keywords() {
    use StatementKind::*;
    for (text, kind) in [
        ("BEGIN", Begin),
        ("-- c\n/* d */ begin isolation level serializable;", Begin),
        ("start transaction read only", Begin),
        ("commit work", Commit),
        ("END", Commit),
        ("commit transaction and chain", CommitAndChain),
        ("commit and no chain", Commit),
        ("commit prepared 'x'", CommitPrepared),
        ("abort", Rollback),
        ("rollback work and chain", RollbackAndChain),
        ("rollback to a", RollbackToSavepoint),
        ("rollback transaction to savepoint a", RollbackToSavepoint),
        ("rollback prepared 'x'", RollbackPrepared),
        ("savepoint a", Savepoint),
        ("release savepoint a", ReleaseSavepoint),
        ("prepare transaction 'x'", PrepareTransaction),
        ("prepare p as select 1", Session),
        ("copy t(a) from stdin", CopyFromStdin),
        ("copy t from /* x */ stdin (format csv)", CopyFromStdin),
        ("copy (select 1) to stdout", CopyToStdout),
        ("copy t from program 'stdin'", Modify),
        ("copy t from \"stdin\"", Modify),
        ("(select 1) union (select 2)", Query),
        ("values (1)", Query),
        ("with a as (select 1) select * from a for update", Query),
        (
            "with a as (delete from t returning *) select * from a",
            Modify,
        ),
        ("with a as (select 1) insert into t table a", Modify),
        (
            "merge into t using s on true when matched then delete",
            Modify,
        ),
        ("do $$ begin end $$", Procedure),
        ("create table t (a int)", Define),
        ("set local x = 1", Session),
        ("vacuum", Maintain),
        ("\"begin\"", Other),
        ("start replication", Other),
        (":cmd 1", Other),
    ] {
        assert_eq!(only(text).kind, kind, "{text:?}");
    }
}

#[test]
fn every_part_has_a_kind() {
    let text = r"begin\; select 1\; commit;";
    let kinds = only(text).kinds(text);
    assert_eq!(
        kinds,
        [
            StatementKind::Begin,
            StatementKind::Query,
            StatementKind::Commit
        ]
    );
}

/// Statements and the name by which a transaction block refuses them, measured on 15.18.
const REFUSED_IN_TRANSACTION: &[(&str, Option<&str>)] = &[
    ("CREATE DATABASE zzz", Some("CREATE DATABASE")),
    ("DROP DATABASE IF EXISTS zzz", Some("DROP DATABASE")),
    (
        "ALTER DATABASE lk SET TABLESPACE pg_default",
        Some("ALTER DATABASE SET TABLESPACE"),
    ),
    ("ALTER DATABASE lk SET work_mem = '1MB'", None),
    (
        "CREATE TABLESPACE ts1 LOCATION '/some/dir'",
        Some("CREATE TABLESPACE"),
    ),
    (
        "CREATE INDEX CONCURRENTLY q1 ON users(email)",
        Some("CREATE INDEX CONCURRENTLY"),
    ),
    (
        "create unique index /* c */ concurrently on t(a)",
        Some("CREATE INDEX CONCURRENTLY"),
    ),
    ("CREATE INDEX \"concurrently\" ON t(a)", None),
    (
        "DROP INDEX CONCURRENTLY i_note",
        Some("DROP INDEX CONCURRENTLY"),
    ),
    (
        "REINDEX INDEX CONCURRENTLY i_note",
        Some("REINDEX CONCURRENTLY"),
    ),
    (
        "REINDEX (VERBOSE, CONCURRENTLY) TABLE users",
        Some("REINDEX CONCURRENTLY"),
    ),
    ("REINDEX (CONCURRENTLY false) TABLE users", None),
    ("REINDEX TABLE users", None),
    ("REINDEX SCHEMA public", Some("REINDEX SCHEMA")),
    ("REINDEX (VERBOSE) DATABASE d", Some("REINDEX DATABASE")),
    ("VACUUM FULL users", Some("VACUUM")),
    ("ANALYZE users", None),
    ("CLUSTER", Some("CLUSTER")),
    ("CLUSTER (VERBOSE);", Some("CLUSTER")),
    ("CLUSTER users USING users_pkey", None),
    ("ALTER SYSTEM SET work_mem='5MB'", Some("ALTER SYSTEM")),
    (
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
        Some("CREATE SUBSCRIPTION"),
    ),
    (
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot=true)",
        Some("CREATE SUBSCRIPTION"),
    ),
    (
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot=false)",
        None,
    ),
    (
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = 'off')",
        None,
    ),
    ("DROP SUBSCRIPTION zz", Some("DROP SUBSCRIPTION")),
    (
        "ALTER SUBSCRIPTION zz REFRESH PUBLICATION",
        Some("ALTER SUBSCRIPTION REFRESH PUBLICATION"),
    ),
    (
        "ALTER SUBSCRIPTION zz SET PUBLICATION p",
        Some("ALTER SUBSCRIPTION with refresh"),
    ),
    (
        "ALTER SUBSCRIPTION zz ADD PUBLICATION p WITH (refresh = false)",
        None,
    ),
    ("ALTER SUBSCRIPTION zz DISABLE", None),
    ("ALTER TYPE mood ADD VALUE 'c'", None),
    (
        "ALTER TABLE part DETACH PARTITION part_a CONCURRENTLY",
        Some("ALTER TABLE DETACH PARTITION CONCURRENTLY"),
    ),
    ("ALTER TABLE part DETACH PARTITION part_a", None),
    ("DISCARD ALL", Some("DISCARD ALL")),
    ("DISCARD TEMP", None),
    ("COMMIT PREPARED 'x'", Some("COMMIT PREPARED")),
    ("ROLLBACK PREPARED 'x'", Some("ROLLBACK PREPARED")),
    ("REFRESH MATERIALIZED VIEW CONCURRENTLY mv", None),
    ("CREATE EXTENSION pg_trgm", None),
    (r"select 1\; vacuum", Some("VACUUM")),
    ("select 'VACUUM' -- VACUUM", None),
];

#[test]
fn statements_refused_in_a_transaction_are_known() {
    for &(text, name) in REFUSED_IN_TRANSACTION {
        assert_eq!(only(text).cannot_run_in_transaction(text), name, "{text:?}");
    }
}

#[test]
fn session_state_left_behind_is_known() {
    use SessionState::*;
    let cases: &[(&str, &[SessionState])] = &[
        ("set work_mem = '1MB'", &[Setting]),
        ("set session x.y to 1", &[Setting]),
        ("set local work_mem = '1MB'", &[]),
        ("set transaction read only", &[]),
        ("set constraints all deferred", &[]),
        (
            "set session characteristics as transaction read only",
            &[Setting],
        ),
        ("set role a", &[Role]),
        ("set session role a", &[Role]),
        ("set session authorization a", &[Role]),
        ("reset all", &[]),
        ("create temp table t (a int)", &[TemporaryObject]),
        (
            "create or replace temporary view v as select 1",
            &[TemporaryObject],
        ),
        ("create temp table t (a int) on commit drop", &[]),
        ("create table pg_temp.t (a int)", &[TemporaryObject]),
        ("create table temp (a int)", &[]),
        ("select 1 into temp t", &[TemporaryObject]),
        ("listen c", &[Listen]),
        ("prepare p as select 1", &[PreparedStatement]),
        ("prepare transaction 'x'", &[]),
        ("declare c cursor with hold for select 1", &[Cursor]),
        ("declare c cursor for select 1", &[]),
        ("load 'auto_explain'", &[Library]),
        ("select pg_advisory_lock(1)", &[AdvisoryLock]),
        ("select pg_advisory_xact_lock(1)", &[]),
        ("select pg_advisory_lock from t", &[]),
        ("select set_config('a.b', 'c', false)", &[Setting]),
        ("select pg_catalog.set_config('a.b', f(1), true)", &[]),
        (r"set a.b = 1\; set role c\; set d.e = 2", &[Setting, Role]),
    ];
    for (text, states) in cases {
        assert_eq!(only(text).session_states(text), *states, "{text:?}");
    }
}

/// Statements and what they destroy.
const DESTRUCTIVE: &[(&str, Option<&str>)] = &[
    ("drop table t", Some("DROP TABLE")),
    ("drop materialized view v", Some("DROP MATERIALIZED VIEW")),
    ("drop aggregate a(int)", Some("DROP")),
    ("truncate t", Some("TRUNCATE")),
    ("delete from t", Some("DELETE without WHERE")),
    ("delete from t where a = 1", None),
    (
        "delete from t using (select 1 where true) s",
        Some("DELETE without WHERE"),
    ),
    (
        "update only t set a = (select 1 where true)",
        Some("UPDATE without WHERE"),
    ),
    ("update t set a = 1 where b", None),
    (
        "insert into t values (1) on conflict (a) do update set a = 2",
        None,
    ),
    ("select 1 from t for update", None),
    (
        "with d as (delete from t returning *) select * from d where a",
        Some("DELETE without WHERE"),
    ),
    (
        "with d as (select 1 where true) delete from t",
        Some("DELETE without WHERE"),
    ),
    ("with d as (select 1) update t set a = 1 where true", None),
    (
        "with d as (delete from t), e as (select 1 where a) select 1",
        Some("DELETE without WHERE"),
    ),
    ("explain delete from t", None),
    (
        "explain analyze delete from t",
        Some("DELETE without WHERE"),
    ),
    (
        "explain (analyze, buffers) update t set a = 1",
        Some("UPDATE without WHERE"),
    ),
    ("explain (analyze off) update t set a = 1", None),
    (
        "alter table t drop column a",
        Some("ALTER TABLE DROP COLUMN"),
    ),
    (
        "alter table if exists only t add b int, drop if exists a",
        Some("ALTER TABLE DROP COLUMN"),
    ),
    ("alter table t drop constraint c", None),
    (
        "alter table t alter a drop not null, alter column b drop default",
        None,
    ),
    (
        "alter type t drop attribute a",
        Some("ALTER TYPE DROP ATTRIBUTE"),
    ),
    (
        "select pg_drop_replication_slot('s')",
        Some("pg_drop_replication_slot"),
    ),
    (r"select 1\; drop schema s", Some("DROP SCHEMA")),
    ("select 'drop table t'", None),
];

#[test]
fn destruction_is_named() {
    for &(text, name) in DESTRUCTIVE {
        assert_eq!(only(text).destructive(text), name, "{text:?}");
    }
}

#[test]
fn tags_are_those_of_the_server() {
    for (text, tag) in [
        ("create or replace view v as select 1", "CREATE VIEW"),
        ("create unlogged table t ()", "CREATE TABLE"),
        ("create unique index on t (a)", "CREATE INDEX"),
        (
            "create constraint trigger t after insert on u",
            "CREATE TRIGGER",
        ),
        ("create user u", "CREATE ROLE"),
        ("create user mapping for u server s", "CREATE USER MAPPING"),
        (
            "alter default privileges grant select on tables to u",
            "ALTER DEFAULT PRIVILEGES",
        ),
        ("drop materialized view v", "DROP MATERIALIZED VIEW"),
        (
            "import foreign schema s from server x into y",
            "IMPORT FOREIGN SCHEMA",
        ),
        ("insert into t values (1)", "INSERT"),
        ("with a as (select 1) delete from t", "DELETE"),
        ("(values (1))", "SELECT"),
        ("truncate t", "TRUNCATE TABLE"),
        ("end", "COMMIT"),
        ("start transaction", "START TRANSACTION"),
        ("refresh materialized view v", "REFRESH MATERIALIZED VIEW"),
        ("vacuum", "VACUUM"),
    ] {
        assert_eq!(only(text).tag(text), tag, "{text:?}");
    }
}
