//! Works with a transaction of their own: the wait before COMMIT, and every way it can end.

use stepmark_core::plan::Expectation;
use stepmark_core::record::TransactionEnd::{Committed, Lost, RolledBack, Unknown};
use stepmark_core::record::TransactionStatus::{Idle, Open};
use stepmark_core::runner::SqlStop;
use stepmark_engines::postgres::{SessionEvent, SqlWork};

use crate::support::{Bench, Ran, Running, fence, filled};

fn wrapped(sql: &str) -> SqlWork {
    SqlWork {
        transaction: true,
        ..fence(sql)
    }
}

/// The transaction id of the COMMIT that waits.
fn announced(running: &Running) -> Option<String> {
    match running.event() {
        SessionEvent::CommitReady { transaction_id } => transaction_id,
        other => panic!("{other:?}"),
    }
}

fn kill(bench: &Bench, running: &Running) {
    let pid = running.identity.backend_pid;
    bench.ask(&format!("select pg_terminate_backend({pid})"));
}

fn in_doubt(ran: &Ran) -> bool {
    match &ran.ended.stop {
        Some(SqlStop::Lost { in_doubt, .. }) => *in_doubt,
        other => panic!("{other:?}, printed {}", ran.printed),
    }
}

#[test]
fn a_commit_is_announced_and_waits_to_be_permitted() {
    let bench = Bench::new("wrapped");
    let running = bench.open();
    let started = running.begin(wrapped(
        "create table t (a int);\ninsert into t values (1), (2);\nselect a from t;",
    ));
    let id = announced(&running).unwrap();
    assert_eq!(running.session.transaction(), Open);
    let status = format!("select pg_xact_status('{id}')");
    assert_eq!(bench.ask(&status), "in progress");
    assert_eq!(bench.ask("select to_regclass('t') is null"), "t");
    running.session.commit();
    let ran = started.wait().succeeded();
    assert_eq!(bench.ask(&status), "committed");
    assert_eq!(bench.ask("select count(*) from t"), "2");
    assert_eq!(
        (ran.ended.ends, ran.ended.transaction),
        (vec![Committed], Idle)
    );
    assert_eq!(
        (ran.ended.statements, ran.ended.finished, ran.ended.rows),
        (3, 3, 2)
    );
    assert_eq!(ran.ended.tag.as_deref(), Some("SELECT 2"));
    assert_eq!(
        ran.printed,
        "CREATE TABLE\nINSERT 0 2\n a \n---\n 1\n 2\n(2 rows)\n\n"
    );
}

#[test]
fn a_transaction_that_wrote_nothing_has_no_id() {
    let bench = Bench::new("wrappednothing");
    let running = bench.open();
    let started = running.begin(wrapped("select 1;"));
    assert_eq!(announced(&running), None);
    running.session.commit();
    assert_eq!(started.wait().succeeded().ended.ends, vec![Committed]);
}

#[test]
fn what_fails_is_rolled_back_and_no_commit_is_announced() {
    let bench = Bench::new("wrappedfails");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    let rolled_back = |work: SqlWork| {
        let ran = running.begin(work).wait();
        assert_eq!(
            (&ran.ended.ends, ran.ended.transaction),
            (&vec![RolledBack], Idle)
        );
        ran
    };
    let ran = rolled_back(wrapped("insert into t values (1);\nselect 1/0;"));
    assert_eq!(
        (ran.error().sqlstate.as_str(), ran.ended.finished),
        ("22012", 1)
    );
    let ran = rolled_back(SqlWork {
        expectation: Some(Expectation::Empty),
        ..wrapped("insert into t values (1) returning a;")
    });
    assert_eq!(ran.ended.stop, None);
    assert!(!ran.ended.finding.unwrap().met);
    let ran = rolled_back(SqlWork {
        captures: 2,
        ..wrapped("insert into t values (1) returning a;")
    });
    assert_eq!(
        (ran.ended.stop, ran.ended.captured),
        (
            None,
            Some(Err(
                "capture names 2 variables and the row has 1 column".to_owned()
            ))
        )
    );
    let ran = rolled_back(SqlWork {
        generates: true,
        ..wrapped("insert into t values (1);\nselect 'x' from generate_series(1, 100001);")
    });
    assert_eq!(ran.error().sqlstate, "54000");
    assert_eq!(bench.ask("select count(*) from t"), "0");
    assert!(running.is_silent());
}

#[test]
fn an_expectation_that_is_met_lets_it_commit() {
    let bench = Bench::new("wrappedmet");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    let ran = running.work(SqlWork {
        expectation: Some(Expectation::Rows),
        captures: 1,
        keep_rows: true,
        ..wrapped("insert into t values (7) returning a;")
    });
    let ran = ran.succeeded();
    assert!(ran.ended.finding.unwrap().met && ran.ended.captured.unwrap().is_ok());
    assert_eq!(ran.rows.unwrap().row(0), [Some("7")]);
    assert_eq!(bench.ask("select a from t"), "7");
}

#[test]
fn what_cannot_be_in_it_is_refused_with_its_line() {
    let bench = Bench::new("wrappedrefused");
    let running = bench.open();
    for (sql, place) in [
        ("create table t (a int);\n\nbegin;", "line 102: BEGIN"),
        (
            "create table t (a int);\nselect 1 \\; end;",
            "line 101: COMMIT",
        ),
        ("abort and chain;", "line 100: ROLLBACK AND CHAIN"),
        ("prepare transaction 'x';", "line 100: PREPARE TRANSACTION"),
    ] {
        assert_eq!(
            running.refusal(wrapped(sql)),
            format!(
                "{place} cannot stand in a step with `transaction`, which is one transaction by itself; remove it"
            )
        );
    }
    let by_value = SqlWork {
        transaction: true,
        ..filled("create table t (a int);\n:verb;", &[(":verb", "commit")])
    };
    assert!(running.refusal(by_value).starts_with("line 101: COMMIT"));
    assert_eq!(
        running.refusal(wrapped("create table t (a int);\nvacuum t;")),
        "line 101: VACUUM cannot run in a transaction; remove `transaction` from the step, or give the statement a step of its own"
    );
    assert_eq!(bench.ask("select to_regclass('t') is null"), "t");
    let ran = running.work(wrapped(
        "savepoint s;\nselect 1;\nrollback to s;\nrelease s;",
    ));
    assert_eq!(ran.succeeded().ended.ends, vec![Committed]);

    running.run("begin;").succeeded();
    let message = running.refusal(wrapped("select 1;"));
    assert!(
        message.starts_with("a transaction is open on this connection"),
        "{message}"
    );
    assert_eq!(running.session.transaction(), Open);
}

#[test]
fn a_constraint_that_fails_at_commit_rolls_back() {
    let bench = Bench::new("wrappeddeferred");
    let running = bench.open();
    running
        .run("create table p (a int primary key); create table c (a int constraint c_p references p deferrable initially deferred);")
        .succeeded();
    let ran = running.work(wrapped("insert into c values (9);"));
    assert_eq!(
        (ran.error().sqlstate.as_str(), ran.error().position),
        ("23503", None)
    );
    assert_eq!(
        (ran.ended.ends, ran.ended.transaction),
        (vec![RolledBack], Idle)
    );
    assert_eq!(
        ran.printed,
        "INSERT 0 1\n\
         ERROR:  23503: insert or update on table \"c\" violates foreign key constraint \"c_p\"\n\
         DETAIL:  Key (a)=(9) is not present in table \"p\".\n"
    );
}

/// A trigger that runs `body` at COMMIT, and a table `t` to set it off.
fn at_commit(running: &Running, body: &str) {
    running
        .run(&format!(
            "create table t (a int);\n\
             create function f() returns trigger language plpgsql as $$ begin {body} return null; end $$;\n\
             create constraint trigger c after insert on t deferrable initially deferred for each row execute function f();"
        ))
        .succeeded();
}

#[test]
fn notices_of_the_commit_are_printed() {
    let bench = Bench::new("wrappednotice");
    let running = bench.open();
    at_commit(&running, "raise notice 'at the end';");
    let ran = running
        .work(wrapped("insert into t values (1);"))
        .succeeded();
    assert_eq!(ran.printed, "INSERT 0 1\nNOTICE:  at the end\n");
}

#[test]
fn a_cancel_while_the_commit_waits_rolls_back() {
    let bench = Bench::new("wrappedcancel");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    for force in [1, 2] {
        let started = running.begin(wrapped("insert into t values (1);"));
        announced(&running);
        running.session.cancel(force);
        let ran = started.wait();
        assert_eq!(
            (ran.error().sqlstate.as_str(), ran.error().message.as_str()),
            ("57014", "canceled before COMMIT")
        );
        assert_eq!(
            (ran.ended.ends, ran.ended.transaction),
            (vec![RolledBack], Idle)
        );
        running.run("select 1;").succeeded();
    }
    assert_eq!(bench.ask("select count(*) from t"), "0");
}

/// Whichever comes first, what is said is what happened, and the session goes on.
#[test]
fn a_cancel_and_a_permission_at_once_have_one_outcome() {
    let bench = Bench::new("wrappedrace");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    for round in 0..50 {
        let started = running.begin(wrapped(&format!("insert into t values ({round});")));
        announced(&running);
        running.session.commit();
        for _ in 0..round * 600 {
            std::hint::spin_loop();
        }
        running.session.cancel(1);
        let ran = started.wait();
        let kept = bench.ask(&format!("select count(*) from t where a = {round}"));
        let end = match ran.ended.stop {
            None => Committed,
            Some(_) => {
                assert_eq!(ran.error().sqlstate, "57014");
                RolledBack
            }
        };
        assert_eq!(kept, if end == Committed { "1" } else { "0" });
        assert_eq!((ran.ended.ends, ran.ended.transaction), (vec![end], Idle));
        running.run("select 1; select 2;").succeeded();
    }
}

#[test]
fn a_permission_before_the_commit_waits_is_not_kept() {
    let bench = Bench::new("wrappedearly");
    let (running, holder) = (bench.open(), bench.open());
    holder
        .run("create table t (a int); begin; lock table t;")
        .succeeded();
    running.session.commit();
    let started = running.begin(wrapped("insert into t values (1);"));
    bench.wait_until("select count(*) = 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
    running.session.commit();
    holder.run("commit;").succeeded();
    announced(&running);
    running.session.cancel(1);
    assert_eq!(started.wait().error().message, "canceled before COMMIT");
}

#[test]
fn a_loss_before_commit_is_sent_undoes_it() {
    let bench = Bench::new("wrappedlost");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    let started = running.begin(wrapped("insert into t values (1);"));
    announced(&running);
    kill(&bench, &running);
    let ran = started.wait();
    assert!(!in_doubt(&ran));
    assert_eq!((ran.ended.ends, ran.ended.transaction), (vec![Lost], Idle));
    assert_eq!(running.session.transaction(), Idle);
    assert_eq!(bench.ask("select count(*) from t"), "0");
    assert!(running.is_silent(), "the work has said it");

    let running = bench.open();
    let started = running.begin(wrapped("insert into t values (1);\nselect pg_sleep(600);"));
    bench.wait_until("select count(*) = 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
    kill(&bench, &running);
    let ran = started.wait();
    assert!(!in_doubt(&ran));
    assert_eq!(ran.ended.ends, vec![Lost]);
}

#[test]
fn the_third_press_ends_a_session_whose_commit_waits() {
    let bench = Bench::new("wrappedthird");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    let started = running.begin(wrapped("insert into t values (1);"));
    announced(&running);
    running.session.cancel(3);
    let ran = started.wait();
    assert!(ran.ended.stop.is_some());
    assert!(matches!(ran.ended.ends[..], [Lost | RolledBack]), "{ran:?}");
    assert_eq!(ran.ended.transaction, Idle);
    assert_eq!(bench.ask("select count(*) from t"), "0");
}

/// The COMMIT did its work, and no standby answers; then the backend is gone.
#[test]
fn a_loss_after_commit_was_sent_is_in_doubt_and_the_id_resolves_it() {
    let bench = Bench::without_standby("wrappeddoubt");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    let started = running.begin(wrapped(
        "set local synchronous_commit = on; insert into t values (1);",
    ));
    let id = announced(&running).unwrap();
    running.session.commit();
    let pid = running.identity.backend_pid;
    bench.wait_until(&format!(
        "select wait_event = 'SyncRep' from pg_stat_activity where pid = {pid}"
    ));
    kill(&bench, &running);
    let ran = started.wait();
    assert!(in_doubt(&ran));
    assert_eq!(
        (ran.ended.ends, ran.ended.transaction),
        (vec![Unknown], Idle)
    );
    assert_eq!(
        bench.ask(&format!("select pg_xact_status('{id}')")),
        "committed"
    );
}

/// The COMMIT is held up by a trigger, and has done nothing yet when the backend is gone.
#[test]
fn a_loss_in_a_trigger_at_commit_is_in_doubt_and_the_id_resolves_it() {
    let bench = Bench::new("wrappedtrigger");
    let running = bench.open();
    at_commit(&running, "perform pg_sleep(600);");
    let started = running.begin(wrapped("insert into t values (1);"));
    let id = announced(&running).unwrap();
    running.session.commit();
    bench.wait_until("select count(*) = 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
    kill(&bench, &running);
    let ran = started.wait();
    assert!(in_doubt(&ran));
    assert_eq!(ran.ended.ends, vec![Unknown]);
    bench.wait_until(&format!("select pg_xact_status('{id}') = 'aborted'"));
    assert_eq!(bench.ask("select count(*) from t"), "0");
}

#[test]
fn a_cancel_of_a_commit_under_way_rolls_back() {
    let bench = Bench::new("wrappedcommitcancel");
    let running = bench.open();
    at_commit(&running, "perform pg_sleep(600);");
    let started = running.begin(wrapped("insert into t values (1);"));
    announced(&running);
    running.session.commit();
    bench.wait_until("select count(*) = 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
    running.session.cancel(1);
    let ran = started.wait();
    assert_eq!(ran.error().sqlstate, "57014");
    assert_eq!(
        (ran.ended.ends, ran.ended.transaction),
        (vec![RolledBack], Idle)
    );
    running.run("select 1;").succeeded();
}
