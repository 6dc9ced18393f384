//! Errors and where they point.

use stepmark_core::plan::Position;
use stepmark_core::runner::WorkEnded;

use crate::support::Bench;

#[test]
fn an_error_points_at_its_character_in_the_runbook() {
    let bench = Bench::new("points");
    let running = bench.open();
    let ran = running
        .run("select 'ä漢🦀';\n-- Größe\nselect 'äöü', 漢字 from (select 1) as ß;\nselect 2;");
    assert_eq!(ran.error().sqlstate, "42703");
    assert_eq!(
        ran.error().position,
        Some(Position {
            line: 102,
            column: 15
        })
    );
    assert!(
        ran.printed.ends_with(
            "ERROR:  42703: column \"漢字\" does not exist\n\
             LINE 102: select 'äöü', 漢字 from (select 1) as ß;\n\
             \u{20}                       ^\n"
        ),
        "{}",
        ran.printed
    );
}

#[test]
fn an_error_without_position_points_at_its_statement() {
    let bench = Bench::new("starts");
    let running = bench.open();
    let ran = running.run(
        "create table t (id int constraint t_pk primary key);\n\n  insert into t\n  values (1), (1);",
    );
    let error = ran.error();
    assert_eq!(
        error.position,
        Some(Position {
            line: 102,
            column: 3
        })
    );
    assert_eq!(
        (
            error.sqlstate.as_str(),
            error.schema.as_deref(),
            error.table.as_deref(),
            error.constraint.as_deref()
        ),
        ("23505", Some("public"), Some("t"), Some("t_pk"))
    );
    assert_eq!(
        ran.printed,
        "CREATE TABLE\n\
         ERROR:  23505: duplicate key value violates unique constraint \"t_pk\"\n\
         LINE 102:   insert into t\n\
         DETAIL:  Key (id)=(1) already exists.\n"
    );
}

#[test]
fn an_error_in_a_function_shows_its_query_and_context() {
    let bench = Bench::new("inside");
    let running = bench.open();
    running
        .run("create function f() returns void language plpgsql as $$ begin perform nope from pg_class; end $$;")
        .succeeded();
    let ran = running.run("select f();");
    assert_eq!(
        ran.error().position,
        Some(Position {
            line: 100,
            column: 1
        })
    );
    assert_eq!(
        ran.printed,
        "ERROR:  42703: column \"nope\" does not exist\n\
         LINE 100: select f();\n\
         QUERY:  SELECT nope from pg_class\n\
         QUERY LINE 1: SELECT nope from pg_class\n\
         \u{20}                    ^\n\
         CONTEXT:  PL/pgSQL function f() line 1 at PERFORM\n"
    );
}

#[test]
fn control_characters_of_the_server_do_not_reach_the_output() {
    let bench = Bench::new("controls");
    let running = bench.open();
    let ran = running.run(
        "select E'\\x1b[2J' as \"a\u{1b}[31m\";\ndo $$ begin raise notice E'\\x1b]0;owned\\x07\\r'; end $$;\ncopy (select E'\\x1b[1m') to stdout;\ndo $$ begin raise exception E'\\x1b[3m\\u009b' using detail = E'\\x07'; end $$;",
    );
    assert_eq!(ran.error().message, "\\x1B[3m\\u009B");
    assert!(
        !ran.printed.chars().any(|c| c.is_control() && c != '\n'),
        "{:?}",
        ran.printed
    );
}

#[test]
fn what_cannot_be_split_is_refused_before_anything_runs() {
    let bench = Bench::new("unsplit");
    let running = bench.open();
    let refused = |sql: &str| match running.start(sql, None).wait_any() {
        WorkEnded::Unstartable { message } => message,
        other => panic!("{other:?}"),
    };
    let message = refused("create table t (a int);\nselect 'open;\n");
    assert!(
        message.starts_with("line 101, column 8: string is not closed"),
        "{message}"
    );
    let message = refused("select 1;\n\\d\n");
    assert!(
        message.starts_with("line 101, column 1: \\d is a psql command"),
        "{message}"
    );
    assert_eq!(bench.ask("select to_regclass('t') is null"), "t");
}

#[test]
fn bytes_that_are_not_utf8_do_not_end_the_session() {
    let bench = Bench::new("anyencoding");
    bench.ask(
        "create database raw encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'",
    );
    let running = crate::support::Running::open(&bench.cluster.url("raw"));
    let ran = running.run("select chr(228);");
    assert_eq!(
        ran.error().sqlstate,
        "22021",
        "the server cannot say it in UTF-8"
    );
    running
        .run("do $$ begin raise exception '%', chr(228); end $$;")
        .error();
    let ran = running
        .run("set client_encoding = sql_ascii;\nselect 'ok' as a, chr(228) as b;\nselect 1 as c;")
        .succeeded();
    assert_eq!(
        ran.printed,
        "SET\n a  |      b      \n----+-------------\n ok | \u{2039}not UTF-8\u{203a}\n(1 row)\n\n\
         WARNING:  values that are not valid UTF-8 and are not shown: 1\n\
         HINT:  convert_from(value::bytea, 'LATIN1') or the like reads them\n \
         c \n---\n 1\n(1 row)\n\n"
    );
    let ran = running.run("do $$ begin raise exception '%', chr(228); end $$;");
    assert_eq!(ran.error().message, "\u{fffd}");
    running
        .run("do $$ begin execute format('create view v as select 1 as %I', chr(228)); end $$;")
        .succeeded();
    let ran = running.run("select * from v;").succeeded();
    assert_eq!(ran.printed, " \u{fffd} \n---\n 1\n(1 row)\n\n");
    running
        .run("copy (select chr(228), 1) to stdout;\nselect 2;")
        .succeeded();
}
