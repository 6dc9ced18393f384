//! Each runbook with undos, run as far as it can be undone and rolled back: what `pg_dump` says of every database and of the
//! clusters is what it said before, to the letter. Looks at the clusters itself, and not at what a rehearsal finds.

use stepmark_tests::soak;

use crate::clusters::Stage;

/// The last step of a move before the application goes over; without the soak a move goes as far as its first undos.
const END: &str = "sequences-at-destination";

/// Runs to its end, or until `last`, and all the way back.
#[track_caller]
fn check(stage: &Stage, last: Option<&str>, changed: impl Fn(&Stage) -> bool) {
    let before = (stage.schemas(), stage.everything());
    let more: Vec<&str> = last.iter().flat_map(|step| ["--until", step]).collect();
    assert!(!changed(stage), "nothing is done yet");
    stage.stepmark("run", &more).exits(0);
    assert!(changed(stage), "something is done");
    stage.stepmark("rollback", &[]).exits(0);
    assert_eq!(stage.schemas(), before.0);
    assert_eq!(stage.everything(), before.1);
    stage.home.stepmark(&["verify", "last"]).exits(0);
}

fn is_true(stage: &Stage, connection: &str, sql: &str) -> bool {
    stage.sql(connection, sql) == "t"
}

#[test]
fn the_migration_steps_leave_no_trace_when_they_are_undone() {
    let stage = Stage::of_change("postgres-migration-steps", 500);
    check(&stage, None, |stage| {
        let sql = "SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'status'";
        is_true(stage, "default", sql)
    });
}

#[test]
fn the_production_change_leaves_no_trace_when_it_is_undone() {
    let stage = Stage::of_change("production-change", 500);
    check(&stage, None, |stage| {
        let sql = "SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'status'";
        is_true(stage, "shop", sql)
    });
}

/// Whether the shop is at the destination.
fn is_there(stage: &Stage) -> bool {
    let sql = "SELECT count(*) = 1 FROM pg_database WHERE datname = 'shop'";
    let out = stage.cluster("destination_server").execute("postgres", sql);
    out.expect("SQL of the test itself").trim_end() == "t"
}

#[test]
fn the_move_through_postgres_fdw_leaves_no_trace_when_it_is_undone() {
    let stage = Stage::of_move("fdw-move", 500);
    check(&stage, Some(soak("reader", END)), is_there);
}

#[test]
fn the_move_by_logical_replication_leaves_no_trace_when_it_is_undone() {
    let stage = Stage::of_move("logical-replication-move", 500);
    check(&stage, Some(soak("publication", END)), is_there);
}
