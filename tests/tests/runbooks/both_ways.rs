//! Up, down, and up again: what a rollback leaves is what was there, and the second way up comes to its end.

use crate::clusters::Stage;
use crate::sized;

/// What differs between two sorted lists of lines.
fn difference(before: &[String], after: &[String]) -> String {
    let lost = before
        .iter()
        .filter(|line| after.binary_search(line).is_err());
    let new = after
        .iter()
        .filter(|line| before.binary_search(line).is_err());
    let lost = lost.map(|line| format!("- {line}\n"));
    lost.chain(new.map(|line| format!("+ {line}\n"))).collect()
}

/// Runs up to `until`, or to the end, back, and up to the end.
fn check(stage: &Stage, until: Option<&str>) {
    let before = stage.everything();
    match until {
        Some(step) => stage.stepmark("run", &["--until", step]).exits(0),
        None => stage.stepmark("run", &[]).exits(0),
    };
    assert_ne!(stage.everything(), before, "it did nothing");
    stage.stepmark("rollback", &[]).exits(0);
    assert_eq!(difference(&before, &stage.everything()), "");
    stage.stepmark("run", &[]).exits(0);
    stage.home.stepmark(&["verify", "last"]).exits(0);
    stage.home.stepmark(&["report", "last"]).exits(0);
}

#[test]
fn the_move_through_postgres_fdw_goes_up_and_down_until_the_switch() {
    let stage = Stage::of_move("fdw-move", sized(2_000, 1_000_000));
    check(&stage, Some("tried"));
    let id = stage.sql(
        "destination_server",
        "INSERT INTO orders (user_id, total) VALUES (1, 1) RETURNING id",
    );
    let highest = stage.sql("source", "SELECT max(id) FROM orders");
    assert!(id.parse::<i64>().unwrap() > highest.parse::<i64>().unwrap());
}

#[test]
fn the_move_by_logical_replication_goes_up_and_down_until_the_switch() {
    check(
        &Stage::of_move("logical-replication-move", sized(2_000, 100_000)),
        Some("tried"),
    );
}
