//! Transactions that span fences, and what may not run in one.

use stepmark_core::record::TransactionEnd::{Committed, RolledBack};
use stepmark_core::record::TransactionStatus::{Failed, Idle, Open};
use stepmark_core::runner::SqlStop;

use crate::support::Bench;

#[test]
fn a_transaction_spans_fences_and_is_seen_open_in_between() {
    let bench = Bench::new("spans");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();

    let begun = running.run("BEGIN;").succeeded();
    assert_eq!((begun.ended.transaction, begun.ended.ends), (Open, vec![]));
    assert_eq!(running.session.transaction(), Open);
    let inserted = running.run("insert into t values (1);").succeeded();
    assert_eq!(inserted.ended.transaction, Open);
    assert_eq!(bench.ask("select count(*) from t"), "0");
    let committed = running.run("COMMIT;").succeeded();
    assert_eq!(
        (committed.ended.transaction, committed.ended.ends),
        (Idle, vec![Committed])
    );
    assert_eq!(bench.ask("select count(*) from t"), "1");
}

#[test]
fn a_fence_is_never_wrapped_in_a_transaction() {
    let bench = Bench::new("unwrapped");
    let running = bench.open();
    let ran = running.run("create table t (a int);\ninsert into t values (1);\nselect 1/0;\ninsert into t values (2);");
    assert_eq!(ran.error().sqlstate, "22012");
    assert_eq!((ran.ended.statements, ran.ended.finished), (4, 2));
    assert_eq!(bench.ask("select array_agg(a) from t"), "{1}");
}

#[test]
fn what_cannot_run_in_a_transaction_runs_in_a_fence() {
    let bench = Bench::new("outside");
    let running = bench.open();
    running
        .run("create table t (a int);\ncreate index concurrently t_a on t (a);\nvacuum (analyze) t;\ncreate database outside_made;\nreindex table concurrently t;\ndrop index concurrently t_a;\ndrop database outside_made;")
        .succeeded();
}

#[test]
fn commit_of_a_failed_transaction_is_the_rollback_it_is() {
    let bench = Bench::new("failedcommit");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    let ran = running.run("begin; insert into t values (1); select 1/0;");
    assert_eq!(ran.ended.transaction, Failed);
    assert_eq!(ran.ended.ends, vec![]);
    let ran = running.run("select 1;");
    assert_eq!(
        (ran.error().sqlstate.as_str(), ran.ended.transaction),
        ("25P02", Failed)
    );
    let ran = running.run("commit;");
    assert_eq!(ran.ended.stop, Some(SqlStop::RolledBack));
    assert_eq!(
        (ran.ended.transaction, ran.ended.ends, ran.ended.finished),
        (Idle, vec![RolledBack], 0)
    );
    assert_eq!(ran.printed, "ROLLBACK\n");
}

#[test]
fn every_way_a_transaction_ends_is_listed() {
    let bench = Bench::new("ends");
    let running = bench.open();
    running
        .run("create table p (a int primary key); create table c (a int references p deferrable initially deferred);")
        .succeeded();
    let ends = |sql: &str| {
        let ran = running.run(sql);
        (ran.ended.ends, ran.ended.transaction)
    };
    assert_eq!(
        ends("begin; insert into p values (1); commit;"),
        (vec![Committed], Idle)
    );
    assert_eq!(
        ends("begin; savepoint s; rollback to s; release s; rollback;"),
        (vec![RolledBack], Idle)
    );
    assert_eq!(
        ends("begin; insert into c values (9); commit;"),
        (vec![RolledBack], Idle)
    );
    assert_eq!(
        ends("begin; select 1; commit and chain;"),
        (vec![Committed], Open)
    );
    assert_eq!(ends("rollback and chain;"), (vec![RolledBack], Open));
    assert_eq!(ends("prepare transaction 'x';"), (vec![Committed], Idle));
    assert_eq!(ends("commit prepared 'x';"), (vec![], Idle));
    assert_eq!(
        ends("begin; commit; begin; rollback; commit;"),
        (vec![Committed, RolledBack], Idle)
    );
}

#[test]
fn abandon_rolls_back_and_close_says_how_an_open_transaction_ended() {
    let bench = Bench::new("abandon");
    let running = bench.open();
    let (sender, heard) = std::sync::mpsc::channel();
    running
        .run("create table t (a int); begin; insert into t values (1);")
        .succeeded();
    let abandoned = sender.clone();
    running
        .session
        .abandon(Box::new(move |end| abandoned.send(Some(end)).unwrap()));
    assert_eq!(heard.recv().unwrap(), Some(RolledBack));
    assert_eq!(running.session.transaction(), Idle);
    running.run("begin; insert into t values (1);").succeeded();
    running
        .session
        .close(Box::new(move |end| sender.send(end).unwrap()));
    assert_eq!(heard.recv().unwrap(), Some(RolledBack));
    assert_eq!(bench.ask("select count(*) from t"), "0");
    bench.wait_until("select count(*) = 0 from pg_stat_activity where application_name = 'stepmark test' and datname = current_database()");
}
