//! Cancelling: the server's verdict counts, and no request hits what comes next.

use stepmark_core::record::TransactionStatus;
use stepmark_core::runner::SqlStop;

use crate::support::Bench;

const ACTIVE: &str = "select count(*) = 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()";

#[test]
fn a_statement_under_way_is_cancelled_and_the_session_goes_on() {
    let bench = Bench::new("cancels");
    let running = bench.open();
    for force in [1, 2] {
        let started = running.start("select 1;\nselect pg_sleep(600);\nselect 3;", None);
        bench.wait_until(ACTIVE);
        running.session.cancel(force);
        let ran = started.wait();
        assert_eq!(ran.error().sqlstate, "57014");
        assert_eq!(ran.error().position.unwrap().line, 101);
        assert_eq!(ran.ended.finished, 1);
        running.run("select 1;").succeeded();
    }
}

#[test]
fn a_cancel_without_work_does_nothing() {
    let bench = Bench::new("cancelsnone");
    let running = bench.open();
    running.session.cancel(1);
    running.session.cancel(3);
    running.run("select pg_sleep(0.05);").succeeded();
}

/// Each round cancels at another moment of a fence of many short statements; whatever it hits, the next fence is whole.
#[test]
fn a_cancel_stops_the_fence_and_never_hits_the_next() {
    let bench = Bench::new("cancelrace");
    let running = bench.open();
    running
        .run("create table t (round int, n int);")
        .succeeded();
    for round in 0..50 {
        let script: String = (0..200)
            .map(|n| format!("insert into t values ({round}, {n});\n"))
            .collect();
        let started = running.start(&script, None);
        for _ in 0..round * 200 {
            std::hint::spin_loop();
        }
        running.session.cancel(1);
        let ran = started.wait();
        let kept: u32 = bench
            .ask(&format!("select count(*) from t where round = {round}"))
            .parse()
            .unwrap();
        assert_eq!(ran.ended.finished, kept);
        match &ran.ended.stop {
            None => assert_eq!(kept, 200),
            Some(_) => assert_eq!(ran.error().sqlstate, "57014"),
        }
        running.run("select 1; select 2;").succeeded();
    }
}

#[test]
fn the_third_press_ends_the_session() {
    let bench = Bench::new("cancelhard");
    let running = bench.open();
    let started = running.start("begin;\nselect pg_sleep(600);", None);
    bench.wait_until(ACTIVE);
    running.session.cancel(3);
    let ran = started.wait();
    assert!(
        matches!(
            ran.ended.stop,
            Some(SqlStop::Lost {
                in_doubt: false,
                ..
            })
        ),
        "{ran:?}"
    );
    assert_eq!(ran.ended.transaction, TransactionStatus::Idle);
    bench.wait_until("select count(*) = 0 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    assert!(matches!(
        running.run("select 1;").ended.stop,
        Some(SqlStop::Lost {
            in_doubt: false,
            ..
        })
    ));
}

#[test]
fn copy_out_can_be_cancelled() {
    let bench = Bench::new("cancelcopy");
    let running = bench.open();
    let started = running.start("copy (select pg_sleep(600)) to stdout;", None);
    bench.wait_until(ACTIVE);
    running.session.cancel(1);
    assert_eq!(started.wait().error().sqlstate, "57014");
    running.run("select 1;").succeeded();
}

/// No second session can be opened to end the first, so the socket is cut; the server notices when it writes.
#[test]
fn the_third_press_cuts_the_socket_where_nothing_else_helps() {
    let bench = Bench::new("cancelcut");
    bench.ask("create role single login connection limit 1");
    let url = bench.url.replace("postgres@", "single@");
    let running = crate::support::Running::open(&url);
    let started = running.start(
        "do $$ begin loop perform pg_sleep(0.01); raise notice 'tick'; end loop; end $$; -- pg_sleep",
        None,
    );
    bench.wait_until(
        "select count(*) = 1 from pg_stat_activity where usename = 'single' and state = 'active'",
    );
    running.session.cancel(3);
    let ran = started.wait();
    match &ran.ended.stop {
        Some(SqlStop::Lost {
            message,
            in_doubt: true,
        }) => {
            assert_eq!(message, "the connection was cut off to stop the statement");
        }
        other => panic!("{other:?}"),
    }
    bench.wait_until("select count(*) = 0 from pg_stat_activity where usename = 'single'");
}
