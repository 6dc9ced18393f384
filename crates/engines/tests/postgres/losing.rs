//! Connections that end: idle, in a statement, in a transaction.

use stepmark_core::record::TransactionEnd;
use stepmark_core::record::TransactionStatus::Idle;
use stepmark_core::runner::SqlStop;
use stepmark_engines::postgres::SessionEvent;

use crate::support::{Bench, Running};

const SLEEPING: &str = "select count(*) = 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()";

fn kill(bench: &Bench, running: &Running) {
    bench.ask(&format!(
        "select pg_terminate_backend({})",
        running.identity.backend_pid
    ));
}

fn lost(stop: Option<&SqlStop>) -> (&str, bool) {
    match stop {
        Some(SqlStop::Lost { message, in_doubt }) => (message, *in_doubt),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_idle_session_that_dies_says_so_once() {
    let bench = Bench::new("lostidle");
    let running = bench.open();
    running.run("begin;").succeeded();
    kill(&bench, &running);
    let SessionEvent::Lost { message } = running.event() else {
        panic!("no commit waits");
    };
    assert_eq!(
        message,
        "FATAL: 57P01: terminating connection due to administrator command"
    );
    assert_eq!(running.session.transaction(), Idle);
    let ran = running.run("select 1;");
    assert_eq!(lost(ran.ended.stop.as_ref()), (message.as_str(), false));
    assert_eq!(ran.ended.statements, 0);
    let (sender, heard) = std::sync::mpsc::channel();
    running
        .session
        .close(Box::new(move |end| sender.send(end).unwrap()));
    assert_eq!(heard.recv().unwrap(), None);
}

#[test]
fn a_loss_in_an_autocommit_statement_is_in_doubt() {
    let bench = Bench::new("lostauto");
    let running = bench.open();
    let started = running.start("select 1;\nselect pg_sleep(600);", None);
    bench.wait_until(SLEEPING);
    kill(&bench, &running);
    let ran = started.wait();
    assert_eq!(
        lost(ran.ended.stop.as_ref()),
        (
            "FATAL: 57P01: terminating connection due to administrator command",
            true
        )
    );
    assert_eq!((ran.ended.finished, ran.ended.ends), (1, vec![]));
    assert!(running.is_silent(), "the fence has said it");
}

#[test]
fn a_loss_in_a_transaction_undoes_it() {
    let bench = Bench::new("losttx");
    let running = bench.open();
    running
        .run("create table t (a int); begin; insert into t values (1);")
        .succeeded();
    let started = running.start("select pg_sleep(600);", None);
    bench.wait_until(SLEEPING);
    kill(&bench, &running);
    let ran = started.wait();
    assert!(!lost(ran.ended.stop.as_ref()).1);
    assert_eq!(ran.ended.ends, vec![TransactionEnd::Lost]);
    assert_eq!(bench.ask("select count(*) from t"), "0");
}

/// The recipe of the SyncRep wait: COMMIT cannot return while no standby answers, and then the backend is gone.
#[test]
fn a_loss_while_commit_is_under_way_is_unknown() {
    let bench = Bench::without_standby("lostcommit");
    let running = bench.open();
    running
        .run("create table t (a int); begin; set local synchronous_commit = on; insert into t values (1);")
        .succeeded();
    let started = running.start("commit;", None);
    let waiting = format!(
        "select wait_event = 'SyncRep' from pg_stat_activity where pid = {}",
        running.identity.backend_pid
    );
    bench.wait_until(&waiting);
    kill(&bench, &running);
    let ran = started.wait();
    assert!(lost(ran.ended.stop.as_ref()).1, "{ran:?}");
    assert_eq!(ran.ended.ends, vec![TransactionEnd::Unknown]);
    assert_eq!(bench.ask("select count(*) from t"), "1");
}

#[test]
fn a_server_that_dies_under_a_statement_is_a_loss_and_can_be_opened_again() {
    let bench = Bench::alone("lostserver");
    let running = bench.open();
    let first = running.identity.clone();
    let started = running.start("select pg_sleep(600);", None);
    bench.wait_until(SLEEPING);
    bench.cluster.halt().unwrap();
    let ran = started.wait();
    assert!(lost(ran.ended.stop.as_ref()).1, "{ran:?}");
    let failure = Running::try_open(&bench.url, &|_| None).err().unwrap();
    assert!(failure.hint.unwrap().contains("is the server up?"));
    bench.cluster.resume().unwrap();
    let again = bench.open();
    assert_eq!(again.identity.difference(&first), None);
    assert_ne!(again.identity.backend_start, first.backend_start);
}
