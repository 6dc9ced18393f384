//! Statements made by a query: handed back and listed, and then run.

use stepmark_core::record::TransactionEnd::{Committed, RolledBack};
use stepmark_core::record::TransactionStatus::Idle;
use stepmark_engines::postgres::SqlWork;

use crate::support::{Bench, Ran, Running, fence, made};

fn generate(running: &Running, sql: &str) -> Ran {
    running.work(SqlWork {
        generates: true,
        ..fence(sql)
    })
}

#[test]
fn cells_become_statements_that_are_listed_and_not_run() {
    let bench = Bench::new("makes");
    let running = bench.open();
    let ran = generate(
        &running,
        "select 'earlier';\nselect 'create table a (x int)', null, 'create table b (x int);' union all select 'select 1', 'select\n 2', null;",
    )
    .succeeded();
    assert_eq!(
        ran.generated.unwrap(),
        [
            "create table a (x int)",
            "create table b (x int);",
            "select 1",
            "select\n 2"
        ]
    );
    assert_eq!(
        ran.printed,
        " ?column? \n----------\n earlier\n(1 row)\n\n\
         -- 4 statements were made:\ncreate table a (x int);\ncreate table b (x int);\nselect 1;\nselect\n 2;\n"
    );
    assert_eq!(bench.ask("select to_regclass('a') is null"), "t");
}

#[test]
fn no_result_and_no_row_make_an_empty_list() {
    let bench = Bench::new("makesnone");
    let running = bench.open();
    for (sql, printed) in [
        ("select 'x' where false;", "no statements were made\n"),
        ("set work_mem = '8MB';", "SET\nno statements were made\n"),
        ("-- nothing", "no statements were made\n"),
    ] {
        let ran = generate(&running, sql).succeeded();
        assert_eq!(ran.generated, Some(vec![]), "{sql}");
        assert_eq!(ran.printed, printed);
    }
}

#[test]
fn too_many_statements_fail_and_none_is_handed_back() {
    let bench = Bench::new("makestoomany");
    let running = bench.open();
    let ran = generate(&running, "select 'x' from generate_series(1, 100000);").succeeded();
    assert_eq!(ran.generated.unwrap().len(), 100_000);
    let ran = generate(&running, "select 'x' from generate_series(1, 100001);");
    assert_eq!(
        (ran.error().sqlstate.as_str(), ran.error().message.as_str()),
        (
            "54000",
            "the step made more than 100000 statements or 64 MiB of them; none was run"
        )
    );
    assert!(ran.generated.is_none());
}

#[test]
fn made_statements_run_in_order_up_to_the_first_error() {
    let bench = Bench::new("runsmade");
    let running = bench.open();
    let ran = running
        .work(made(&[
            "create table a (x int)",
            "insert into a values (1), (2);",
            "vacuum a",
            "select count(*) from a",
        ]))
        .succeeded();
    assert_eq!((ran.ended.statements, ran.ended.finished), (4, 4));
    assert_eq!(
        ran.printed,
        "CREATE TABLE\nINSERT 0 2\nVACUUM\n count \n-------\n     2\n(1 row)\n\n"
    );
    let ran = running.work(made(&[
        "insert into a values (3)",
        "-- ä\nselect größe\n  from a",
        "insert into a values (4)",
    ]));
    assert_eq!((ran.ended.statements, ran.ended.finished), (3, 1));
    assert_eq!(ran.error().position, None);
    assert_eq!(
        ran.printed,
        "INSERT 0 1\n\
         ERROR:  42703: column \"größe\" does not exist\n\
         LINE 2: select größe\n\
         \u{20}              ^\n\
         STATEMENT:  2 of 3: -- ä…\n"
    );
    assert_eq!(bench.ask("select max(x) from a"), "3");
}

#[test]
fn made_statements_may_not_begin_or_end_transactions() {
    let bench = Bench::new("madecontrol");
    let running = bench.open();
    let refused = |statement: &str, transaction: bool| {
        running.refusal(SqlWork {
            transaction,
            ..made(&["create table a (x int)", statement])
        })
    };
    for (statement, word) in [
        ("BEGIN", "BEGIN"),
        ("/* a */ end work", "COMMIT"),
        ("select 1; rollback", "ROLLBACK"),
        ("prepare transaction 'x'", "PREPARE TRANSACTION"),
    ] {
        let start = format!(
            "statement 2 of 2 that were made holds {word}, and statements that are made may not begin or end transactions"
        );
        for transaction in [false, true] {
            let message = refused(statement, transaction);
            assert!(message.starts_with(&start), "{message}");
            assert!(message.ends_with("; nothing was run"), "{message}");
        }
    }
    assert_eq!(
        refused("select 1; vacuum a", true),
        "statement 2 of 2 that were made holds VACUUM, which cannot run in a transaction; remove `transaction` from the step; nothing was run"
    );
    assert_eq!(bench.ask("select to_regclass('a') is null"), "t");
}

#[test]
fn prepared_transactions_of_others_may_be_ended() {
    let bench = Bench::new("madeprepared");
    let running = bench.open();
    running
        .run("begin; create table a (x int); prepare transaction 'madeprepared';")
        .succeeded();
    let ran = generate(&running, "select format('rollback prepared %L', gid) from pg_prepared_xacts where database = current_database();").succeeded();
    let list = ran.generated.unwrap();
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    assert_eq!(running.work(made(&list)).succeeded().ended.ends, vec![]);
    assert_eq!(
        bench.ask("select count(*) from pg_prepared_xacts where database = current_database()"),
        "0"
    );
}

#[test]
fn made_statements_run_in_one_transaction() {
    let bench = Bench::new("madetransaction");
    let running = bench.open();
    let one = |statements: &[&str]| {
        running.work(SqlWork {
            transaction: true,
            ..made(statements)
        })
    };
    let ran = one(&[
        "create table a (x int)",
        "savepoint s",
        "insert into a values (1)",
        "rollback to s",
    ])
    .succeeded();
    assert_eq!(
        (ran.ended.ends, ran.ended.transaction),
        (vec![Committed], Idle)
    );
    let ran = one(&["insert into a values (2)", "insert into a values ('x')"]);
    assert_eq!(ran.error().sqlstate, "22P02");
    assert_eq!(
        (ran.ended.ends, ran.ended.transaction),
        (vec![RolledBack], Idle)
    );
    assert_eq!(bench.ask("select count(*) from a"), "0");
}
