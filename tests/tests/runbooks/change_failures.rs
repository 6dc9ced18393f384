//! What the sources of the two changes would have passed over: each is found by `check` or by a step that says what to do.

use stepmark_tests::Home;

use crate::clusters::Stage;

#[test]
fn an_order_without_a_user_is_named_before_the_load_is_committed() {
    let stage = Stage::of_change("postgres-migration-steps", 500);
    stage.sql(
        "default",
        "INSERT INTO legacy_orders (id, user_id, total, note) VALUES (900, -1, 1, 'legacy')",
    );
    let before = stage.everything();
    stage
        .stepmark("run", &[])
        .exits(1)
        .says(&["no-orphans", "order_without_user"]);
    let journal = stage.home.journal("postgres-migration-steps");
    assert_eq!(journal.outcome("no-orphans")["status"], "failed");
    assert_eq!(stage.everything(), before, "the transaction was abandoned");
    // Somebody who has hidden it behind a key that calls itself valid is told, too.
    stage.sql("default", "ALTER TABLE orders DISABLE TRIGGER ALL");
    stage
        .stepmark("run", &[])
        .exits(1)
        .says(&["foreign keys that are switched off"]);
}

#[test]
fn a_text_that_is_no_number_stops_the_swap() {
    let stage = Stage::of_change("postgres-migration-steps", 500);
    stage.sql("default", "UPDATE users SET age = 'forty' WHERE id = 40");
    stage
        .stepmark("run", &[])
        .exits(1)
        .says(&["age-converted", "forty"]);
    stage.stepmark("rollback", &[]).exits(0);
    assert_eq!(
        stage.sql("default", "SELECT age FROM users WHERE id = 40"),
        "forty"
    );
}

#[test]
fn a_backup_that_is_no_backup_stops_the_change_before_it_begins() {
    let stage = Stage::of_change("production-change", 500);
    stage
        .stepmark("run", &["--set", "backup_bytes_min=1000000000"])
        .exits(1)
        .says(&["backup-counts", "smaller than backup_bytes_min=1000000000"]);
    let ends = "echo \"backup=$file\"";
    let aged = format!("touch -d '3 hours ago' \"$file\"; {ends}");
    stage.rewrite(&[(ends, &aged)]);
    stage.stepmark("run", &[]).exits(1).says(&[
        "180 minutes old",
        "older than backup_minutes_max=120: run step backup again",
    ]);
    stage.rewrite(&[(
        "pg_dump --format=custom",
        "pg_dump --exclude-table-data=orders --format=custom",
    )]);
    stage
        .stepmark("run", &[])
        .exits(1)
        .says(&["data of 5 of 6 tables", "the dump lacks tables"]);
    let journal = stage.home.journal("production-change");
    assert!(!journal.started().contains(&"preferences"));
}

#[test]
fn a_value_that_nobody_knows_fails_the_validation() {
    let stage = Stage::of_change("production-change", 500);
    stage.rewrite(&[(
        "THEN 'archived' ELSE",
        "THEN 'archived' WHEN id = 7 THEN 'lost' ELSE",
    )]);
    stage
        .stepmark("run", &[])
        .exits(1)
        .says(&["statuses-are-known", "lost"]);
}

#[test]
fn what_is_left_of_an_earlier_attempt_is_not_taken_for_our_own() {
    let stage = Stage::of_change("production-change", 500);
    stage.sql("shop", "ALTER TABLE users ADD COLUMN preferences text");
    stage
        .stepmark("run", &[])
        .exits(1)
        .says(&["nothing-left-over"]);
}

#[test]
fn a_way_up_and_down_in_one_fence_is_warned_about() {
    let home = Home::new();
    home.write(
        "book.md",
        "```sql {name=preferences}\n-- 001 up\nALTER TABLE users ADD COLUMN preferences jsonb DEFAULT '{}';\n\n\
         -- 001 down\nALTER TABLE users DROP COLUMN preferences;\n```\n",
    );
    home.stepmark(&["check", "--deny-warnings", "book.md"])
        .exits(2)
        .says(&["up-and-down", "put the way back into a fence of its own"]);
}
