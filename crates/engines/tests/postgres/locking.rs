//! The lock of a database: one runner at a time, which many sessions of one run do not feel.

use std::time::Duration;

use stepmark_core::runner::OpenFailure;
use stepmark_engines::postgres::{Opening, TargetLock};

use crate::support::{Bench, Running, fence, settings};

const HELD: &str = "select coalesce(string_agg(pid::text, ' ' order by pid), '') from pg_locks where locktype = 'advisory' and classid = 1400139885 and mode = 'ExclusiveLock' and database = (select oid from pg_database where datname = current_database())";

fn try_open(bench: &Bench, run: &str) -> Result<Running, OpenFailure> {
    let opening = Opening {
        lock: TargetLock::Take,
        lock_patience: Duration::from_millis(300),
        ..Opening::named(run)
    };
    Running::try_open_for(settings(&bench.url, &|_| None), opening)
}

fn open(bench: &Bench, run: &str) -> Running {
    try_open(bench, run).unwrap()
}

fn pid(running: &Running) -> String {
    running.identity.backend_pid.to_string()
}

#[test]
fn a_second_runner_is_told_who_is_at_work() {
    let bench = Bench::new("locktold");
    let first = open(&bench, "stepmark/one");
    assert!(first.identity.locked);
    assert_eq!(bench.ask(HELD), pid(&first));
    let failure = try_open(&bench, "stepmark/two").err().unwrap();
    let start = first.identity.backend_start.split('.').next().unwrap();
    assert_eq!(
        failure.message,
        format!(
            "another run of stepmark is at work in database locktold: backend {} (stepmark/one), connected since {start} UTC",
            first.identity.backend_pid
        )
    );
    assert!(failure.hint.unwrap().contains("--no-target-lock"));
    let unlocked = bench.open();
    assert!(
        !unlocked.identity.locked,
        "who does not ask does not get it"
    );
    let elsewhere = Bench::new("locktoldelse");
    assert!(open(&elsewhere, "stepmark/two").identity.locked);
}

#[test]
fn a_runner_that_leaves_within_the_patience_is_waited_for() {
    let bench = Bench::new("lockwaits");
    let first = open(&bench, "stepmark/one");
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            let opening = Opening {
                lock: TargetLock::Take,
                lock_patience: Duration::from_secs(60),
                ..Opening::named("stepmark/two")
            };
            Running::try_open_for(settings(&bench.url, &|_| None), opening)
        });
        bench.wait_until("select count(*) = 1 from pg_stat_activity where application_name = 'stepmark/two' and query like '%pg_locks%'");
        let waiting = "select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())";
        assert_eq!(bench.ask(waiting), "0", "it does not wait in the server");
        drop(first);
        assert!(second.join().unwrap().unwrap().identity.locked);
    });
}

#[test]
fn sessions_of_one_run_share_it_and_hand_it_on() {
    let bench = Bench::new("lockshared");
    let (first, second) = (open(&bench, "stepmark/one"), open(&bench, "stepmark/one"));
    assert!(first.identity.locked && second.identity.locked);
    assert_eq!(bench.ask(HELD), pid(&first));
    second.run("select 1;").succeeded();
    assert_eq!(bench.ask(HELD), pid(&first), "it is held for both");
    drop(first);
    bench.wait_until(&HELD.replace(
        "coalesce(string_agg(pid::text, ' ' order by pid), '')",
        "count(*) = 0",
    ));
    second.run("select 1;").succeeded();
    assert_eq!(bench.ask(HELD), pid(&second), "the next step takes it over");
    assert!(try_open(&bench, "stepmark/two").is_err());
}

#[test]
fn a_lock_that_a_statement_released_is_taken_again_before_the_next_step() {
    let bench = Bench::new("lockagain");
    let running = open(&bench, "stepmark/one");
    for release in ["discard all;", "select pg_advisory_unlock_all();"] {
        running.run(release).succeeded();
        assert_eq!(bench.ask(HELD), "", "{release}");
        running.run("select 1;").succeeded();
        assert_eq!(bench.ask(HELD), pid(&running), "{release}");
    }
    running
        .run("begin; select pg_advisory_unlock_all();")
        .succeeded();
    running.run("select 1;").succeeded();
    assert_eq!(
        bench.ask(HELD),
        "",
        "nothing of ours is sent inside the author's transaction"
    );
    running.run("commit;").succeeded();
    running.run("select 1;").succeeded();
    assert_eq!(bench.ask(HELD), pid(&running));
    running.run("select 1;").succeeded();
    running.run("select pg_advisory_unlock_all();").succeeded();
    assert_eq!(bench.ask(HELD), "", "it was taken once only");
}

#[test]
fn a_step_does_not_run_beside_a_runner_that_took_the_released_lock() {
    let bench = Bench::new("locktaken");
    let running = open(&bench, "stepmark/one");
    running
        .run("create table t (a int); discard all;")
        .succeeded();
    let other = open(&bench, "stepmark/two");
    let refusal = running.refusal(fence("insert into t values (1);"));
    let start = format!(
        "another run of stepmark is at work in database locktaken: backend {} (stepmark/two)",
        other.identity.backend_pid
    );
    assert!(refusal.starts_with(&start), "{refusal}");
    assert!(refusal.contains("DISCARD ALL"), "{refusal}");
    drop(other);
    bench.wait_until(
        "select count(*) = 0 from pg_stat_activity where application_name = 'stepmark/two'",
    );
    running.run("insert into t values (1);").succeeded();
}

/// Without its observer, the session is asked itself.
#[test]
fn a_session_that_is_not_observed_still_makes_sure() {
    let bench = Bench::new("lockalone");
    bench.ask("create role single login connection limit 1");
    let url = bench.url.replace("postgres@", "single@");
    let opening = Opening {
        lock: TargetLock::Take,
        ..Opening::named("stepmark/one")
    };
    let running = Running::try_open_for(settings(&url, &|_| None), opening).unwrap();
    running.run("discard all;").succeeded();
    assert_eq!(bench.ask(HELD), "");
    running.run("select 1;").succeeded();
    assert_eq!(bench.ask(HELD), pid(&running));
}
