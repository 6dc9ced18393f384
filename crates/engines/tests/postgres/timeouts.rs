//! Timeouts for one work: in force while it runs, gone afterwards.

use std::time::Duration;

use stepmark_core::record::TransactionStatus::{Idle, Open};
use stepmark_engines::postgres::SqlWork;

use crate::support::{Bench, Running, fence};

const SHOW: &str = "copy (select current_setting('lock_timeout'), current_setting('statement_timeout')) to stdout;";

fn limited(sql: &str) -> SqlWork {
    SqlWork {
        lock_timeout: Some(Duration::from_secs(5)),
        statement_timeout: Some(Duration::from_millis(90_500)),
        ..fence(sql)
    }
}

fn shown(running: &Running) -> String {
    running.run(SHOW).succeeded().printed
}

#[test]
fn timeouts_hold_for_the_work_and_are_put_back_after_it() {
    let bench = Bench::new("timeouts");
    let running = bench.open();
    running.run("set lock_timeout = '7min';").succeeded();
    for transaction in [false, true] {
        let ran = running.work(SqlWork {
            transaction,
            ..limited(SHOW)
        });
        let ran = ran.succeeded();
        assert_eq!(ran.printed, "5s\t90500ms\n");
        assert_eq!(
            (ran.ended.statements, ran.ended.finished, ran.ended.rows),
            (1, 1, 0)
        );
        assert_eq!(ran.ended.tag.as_deref(), Some("COPY 1"));
        assert_eq!(shown(&running), "7min\t0\n");
        let ran = running.work(SqlWork {
            transaction,
            ..limited("select 1/0;")
        });
        assert_eq!(ran.error().sqlstate, "22012");
        assert_eq!(shown(&running), "7min\t0\n");
    }
}

#[test]
fn what_the_fence_sets_itself_stays() {
    let bench = Bench::new("timeoutsown");
    let running = bench.open();
    running
        .work(limited("set lock_timeout = '1min';"))
        .succeeded();
    assert_eq!(shown(&running), "1min\t0\n");
}

#[test]
fn a_lock_that_is_not_had_in_time_fails_the_statement() {
    let bench = Bench::new("timeoutslock");
    let (running, holder) = (bench.open(), bench.open());
    holder
        .run("create table t (a int); begin; lock table t;")
        .succeeded();
    let ran = running.work(SqlWork {
        lock_timeout: Some(Duration::from_millis(50)),
        ..fence("select * from t;")
    });
    assert_eq!(ran.error().sqlstate, "55P03");
    let ran = running.work(SqlWork {
        statement_timeout: Some(Duration::from_nanos(1)),
        ..fence("select pg_sleep(600);")
    });
    assert_eq!(ran.error().sqlstate, "57014");
    assert_eq!(shown(&running), "0\t0\n");
}

#[test]
fn a_transaction_left_open_keeps_them_until_work_starts_outside_it() {
    let bench = Bench::new("timeoutsopen");
    let running = bench.open();
    let ran = running.work(limited("begin; select 1;")).succeeded();
    assert_eq!(ran.ended.transaction, Open);
    assert_eq!(shown(&running), "5s\t90500ms\n");
    assert_eq!(running.run("commit;").succeeded().ended.transaction, Idle);
    assert_eq!(shown(&running), "0\t0\n");

    running.work(limited("begin;")).succeeded();
    let (sender, heard) = std::sync::mpsc::channel();
    running
        .session
        .abandon(Box::new(move |end| sender.send(end).unwrap()));
    heard.recv().unwrap();
    let ran = running.work(SqlWork {
        lock_timeout: Some(Duration::from_secs(1)),
        ..fence(SHOW)
    });
    assert_eq!(ran.printed, "1s\t0\n");
    assert_eq!(shown(&running), "0\t0\n");
}

#[test]
fn nothing_is_put_into_a_transaction_of_the_author() {
    let bench = Bench::new("timeoutsrefused");
    let running = bench.open();
    running.run("begin;").succeeded();
    for (work, setting) in [
        (limited("select 1;"), "lock_timeout"),
        (
            SqlWork {
                statement_timeout: Some(Duration::from_secs(1)),
                ..fence("select 1;")
            },
            "statement_timeout",
        ),
    ] {
        assert_eq!(
            running.refusal(work),
            format!(
                "a transaction is open on this connection, and nothing is put into it beside the runbook\u{2019}s statements; write SET LOCAL {setting} in the fence"
            )
        );
    }
    assert_eq!(running.session.transaction(), Open);
}

#[test]
fn a_cancelled_work_leaves_no_timeout_behind() {
    let bench = Bench::new("timeoutscancel");
    let running = bench.open();
    for _ in 0..5 {
        let started = running.begin(limited("select pg_sleep(600);"));
        bench.wait_until("select count(*) = 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()");
        running.session.cancel(1);
        assert_eq!(started.wait().error().sqlstate, "57014");
        assert_eq!(shown(&running), "0\t0\n");
    }
}
