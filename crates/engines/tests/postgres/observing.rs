//! The observer of a session: where the server stood, who was in the way, how far the server said it was.

use stepmark_core::record::{Position, Positions};
use stepmark_core::runner::{Blocker, ProgressUnit};
use stepmark_engines::postgres::{Observed, SessionEvent, SqlWork};

use crate::support::{Bench, Ran, Running, fence};

const OBSERVER: &str = "select pid from pg_stat_activity where datname = current_database() and application_name like '% observer'";
const ACTIVE: &str = "select count(*) = 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()";

fn lsn(position: Option<&Position>) -> (u64, u64) {
    let (high, low) = position.unwrap().lsn.split_once('/').unwrap();
    let part = |text| u64::from_str_radix(text, 16).unwrap();
    (part(high), part(low))
}

fn next_id(position: Option<&Position>) -> u64 {
    position.unwrap().next_transaction_id.parse().unwrap()
}

/// Runs it until the observer was quick enough for both positions, which a busy machine may need more than one try for.
fn with_positions(run: impl Fn() -> Ran) -> (Ran, Positions) {
    loop {
        let ran = run().succeeded();
        let positions = ran.ended.positions.clone();
        if positions.before.is_some() && positions.after.is_some() {
            return (ran, positions);
        }
    }
}

fn blockers(observed: &Observed) -> Option<Vec<Blocker>> {
    (!observed.blockers.is_empty()).then(|| observed.blockers.clone())
}

#[test]
fn a_step_lies_between_two_positions_of_the_server() {
    let bench = Bench::alone("positions");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    let (_, positions) = with_positions(|| running.run("insert into t values (1);"));
    assert!(lsn(positions.before.as_ref()) < lsn(positions.after.as_ref()));
    let (before, after) = (
        next_id(positions.before.as_ref()),
        next_id(positions.after.as_ref()),
    );
    assert_eq!(after, before + 1, "one transaction was given an id");
    assert_eq!(positions.transaction_id, None, "none is open");
    let xmin = bench.ask("select max(xmin::text::bigint) from t");
    assert_eq!(xmin.parse(), Ok(before));
}

#[test]
fn a_transaction_left_open_is_named_by_its_full_id() {
    let bench = Bench::new("positionopen");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    let (_, reads) = with_positions(|| running.run("rollback; begin; select 1;"));
    assert_eq!(reads.transaction_id, None, "it has written nothing");
    let (_, writes) = with_positions(|| running.run("insert into t values (1);"));
    let asked = running.run("select pg_current_xact_id()::text as id;");
    let id = writes.transaction_id.unwrap();
    assert!(
        asked.printed.contains(&format!("\n {id}\n")),
        "{id}: {}",
        asked.printed
    );
}

#[test]
fn a_look_of_a_wait_asks_for_no_positions() {
    let bench = Bench::new("positionlook");
    let running = bench.open();
    let work = SqlWork {
        is_look: true,
        ..fence("select 1;")
    };
    assert_eq!(running.work(work).ended.positions, Positions::default());
}

#[test]
fn who_is_in_the_way_is_seen_behind_one_another() {
    let bench = Bench::new("blockers");
    let (running, second, third) = (bench.open(), bench.open(), bench.open());
    running.run("create table t (a int);").succeeded();
    second.run("begin; insert into t values (1);").succeeded();
    let (holds, queues) = (second.identity.backend_pid, third.identity.backend_pid);
    let queued = third.start("begin; /* \u{1b}[31m queues */ lock table t;", None);
    bench.wait_until("select count(*) = 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())");
    let started = running.start("select * from t;", None);
    let (waits, blockers) = running.sees(|observed| {
        let waits = observed.waits_for.clone()?;
        (observed.blockers.len() == 2).then(|| (waits, observed.blockers.clone()))
    });
    assert_eq!(waits.class, "Lock");
    assert_eq!(waits.event, "relation");
    assert_eq!(waits.lock.as_deref(), Some("AccessShareLock on public.t"));
    assert!(waits.since.unwrap() > std::time::Duration::ZERO);
    let [nearest, behind] = &blockers[..] else {
        panic!("{blockers:?}");
    };
    let ours = running.identity.backend_pid;
    assert_eq!((nearest.pid, nearest.blocks), (queues, ours));
    assert_eq!(nearest.state.as_deref(), Some("active"));
    assert_eq!(
        nearest.query.as_deref(),
        Some("/* \\x1B[31m queues */ lock table t;")
    );
    assert_eq!((behind.pid, behind.blocks), (holds, queues));
    assert_eq!(behind.state.as_deref(), Some("idle in transaction"));
    assert_eq!(behind.user.as_deref(), Some("postgres"));
    assert_eq!(behind.application.as_deref(), Some("stepmark test"));
    assert!(behind.transaction_age.is_some() && behind.state_age.is_some());
    second.run("commit;").succeeded();
    queued.wait().succeeded();
    third.run("rollback;").succeeded();
    started.wait().succeeded();
    running.sees(|observed| (*observed == Observed::default()).then_some(()));
}

#[test]
fn a_row_that_another_changed_is_named_by_its_table() {
    let bench = Bench::new("blockrow");
    let (running, other) = (bench.open(), bench.open());
    running
        .run("create table t (a int); insert into t values (1);")
        .succeeded();
    other.run("begin; update t set a = 2;").succeeded();
    let id = bench.ask(&format!(
        "select backend_xid from pg_stat_activity where pid = {}",
        other.identity.backend_pid
    ));
    let started = running.start("update t set a = 3;", None);
    let lock = running.sees(|observed| observed.waits_for.clone()?.lock);
    assert_eq!(
        lock,
        format!("a row of public.t, which transaction {id} has changed")
    );
    other.run("rollback;").succeeded();
    started.wait().succeeded();
}

#[test]
fn a_prepared_transaction_in_the_way_is_named() {
    let bench = Bench::new("blockprepared");
    let running = bench.open();
    running
        .run("create table t (a int); begin; lock table t; prepare transaction 'left over';")
        .succeeded();
    let started = running.start("select * from t;", None);
    let found = running.sees(blockers);
    bench.ask("rollback prepared 'left over'");
    started.wait().succeeded();
    let [blocker] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(blocker.pid, 0);
    assert_eq!(blocker.blocks, running.identity.backend_pid);
    assert_eq!(blocker.state.as_deref(), Some("prepared"));
    assert_eq!(
        blocker.query.as_deref(),
        Some("PREPARE TRANSACTION 'left over'")
    );
    assert_eq!(blocker.user.as_deref(), Some("postgres"));
    assert!(blocker.transaction_age.is_some());
}

#[test]
fn the_servers_own_progress_is_told() {
    let bench = Bench::new("progress");
    let (running, other) = (bench.open(), bench.open());
    running
        .run("create table t (a int); insert into t select generate_series(1, 1000);")
        .succeeded();
    other.run("begin; insert into t values (0);").succeeded();
    let started = running.start("create index concurrently i on t (a);", None);
    let progress = running.sees(|observed| {
        let progress = observed.progress.clone()?;
        (progress.unit == ProgressUnit::Lockers).then_some(progress)
    });
    assert_eq!(progress.command, "CREATE INDEX CONCURRENTLY");
    assert_eq!(
        progress.phase.as_deref(),
        Some("waiting for writers before build")
    );
    assert_eq!(progress.relation.as_deref(), Some("public.t"));
    assert_eq!((progress.done, progress.total), (0, Some(1)));
    other.run("rollback;").succeeded();
    started.wait().succeeded();
}

/// Every query for every view is one that this server understands; what they say is the server's.
#[test]
fn a_copy_tells_how_many_rows_it_has() {
    let bench = Bench::new("progresscopy");
    if bench.cluster.programs().version().major() < 14 {
        return;
    }
    let (running, other) = (bench.open(), bench.open());
    running
        .run("create table t (a int primary key); insert into t values (3);")
        .succeeded();
    other.run("begin; insert into t values (4);").succeeded();
    let started = running.start("copy t from stdin;\n1\n2\n4\n\\.\n", None);
    let progress = running.sees(|observed| observed.progress.clone());
    assert_eq!(progress.command, "COPY FROM");
    assert_eq!(progress.relation.as_deref(), Some("public.t"));
    assert_eq!(progress.unit, ProgressUnit::Rows);
    assert_eq!(progress.total, None);
    other.run("rollback;").succeeded();
    started.wait().succeeded();
}

#[test]
fn a_look_sees_which_tables_a_subscription_still_copies() {
    let bench = Bench::new("progresssync");
    let running = bench.open();
    // A subscription that never connects; its tables stay as they are put down here.
    bench.ask("create table t (a int); create subscription s connection 'dbname=none' publication p with (connect = false)");
    bench.ask("insert into pg_subscription_rel select s.oid, 't'::regclass, 'd' from pg_subscription s where subname = 's'");
    bench.ask("insert into pg_subscription_rel select s.oid, 'pg_class'::regclass, 'r', '0/1' from pg_subscription s where subname = 's'");
    let look = || SqlWork {
        is_look: true,
        ..fence("select 1;")
    };
    running.begin(look()).wait();
    let progress = running.sees(|observed| observed.progress.clone());
    bench.ask("alter subscription s set (slot_name = none)");
    bench.ask("drop subscription s");
    assert_eq!(progress.command, "initial table sync");
    assert_eq!(progress.relation.as_deref(), Some("public.t"));
    assert_eq!((progress.done, progress.total), (1, Some(2)));
    assert_eq!(progress.unit, ProgressUnit::Tables);
}

#[test]
fn the_observer_holds_no_snapshot_while_a_work_goes_on() {
    let bench = Bench::new("nosnapshot");
    let running = bench.open();
    with_positions(|| running.run("select 1;"));
    let started = running.start("select pg_sleep(600);", None);
    bench.wait_until(ACTIVE);
    running.sees(|observed| observed.waits_for.clone());
    // Built from end to end beside it: an old snapshot would hold it up, and so would the sleeper's own in this database.
    bench.wait_until(&format!(
        "select state = 'idle' and backend_xmin is null and backend_xid is null and xact_start is null \
         and current_setting('server_version_num')::int > 0 from pg_stat_activity where pid = ({OBSERVER})"
    ));
    running.session.cancel(1);
    started.wait();
}

#[test]
fn an_observer_that_was_terminated_comes_back_with_the_next_work() {
    let bench = Bench::new("observerback");
    let running = bench.open();
    with_positions(|| running.run("select 1;"));
    let first = bench.ask(OBSERVER);
    bench.ask(&format!("select pg_terminate_backend({first})"));
    bench.wait_until(&format!(
        "select count(*) = 0 from pg_stat_activity where pid = {first}"
    ));
    assert_eq!(bench.ask(OBSERVER), "", "nobody needs it");
    with_positions(|| running.run("select 1;"));
    assert_ne!(bench.ask(OBSERVER), first);
    assert_eq!(running.seen(), []);
}

#[test]
fn a_run_that_cannot_be_observed_goes_on_and_says_so_once() {
    let bench = Bench::new("observernone");
    bench.ask("create role lonely login connection limit 1");
    let running = Running::open(&bench.url.replace("postgres@", "lonely@"));
    let ran = running.run("select 1;").succeeded();
    assert_eq!(ran.ended.positions, Positions::default());
    let why = running.blind();
    assert!(
        why.contains("53300: too many connections for role \"lonely\""),
        "{why}"
    );
    for _ in 0..3 {
        running.run("select 1;").succeeded();
    }
    assert_eq!(running.seen(), []);
}

#[test]
fn a_role_that_may_not_read_positions_is_still_watched() {
    let bench = Bench::new("observerblind");
    bench.ask("revoke execute on function pg_current_wal_lsn() from public");
    bench.ask("create role modest login; grant create on schema public to modest");
    let running = Running::open(&bench.url.replace("postgres@", "modest@"));
    running.run("create table t (a int);").succeeded();
    assert_eq!(
        running.blind(),
        "42501: permission denied for function pg_current_wal_lsn"
    );
    let other = bench.open();
    other.run("begin; lock table t;").succeeded();
    let started = running.start("select * from t;", None);
    let blocker = running.sees(blockers).remove(0);
    assert_eq!(blocker.pid, other.identity.backend_pid);
    assert_eq!(blocker.query.as_deref(), Some("<insufficient privilege>"));
    other.run("rollback;").succeeded();
    started.wait().succeeded();
}

#[test]
fn a_session_that_ends_leaves_no_observer() {
    let bench = Bench::new("observerends");
    let running = bench.open();
    with_positions(|| running.run("select 1;"));
    assert_ne!(bench.ask(OBSERVER), "");
    drop(running);
    bench.wait_until("select count(*) = 0 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
}

#[test]
fn short_works_are_not_talked_about() {
    let bench = Bench::new("observershort");
    let running = bench.open();
    for _ in 0..20 {
        running.run("select 1;").succeeded();
    }
    let seen: Vec<SessionEvent> = running.seen();
    assert_eq!(seen, []);
}
