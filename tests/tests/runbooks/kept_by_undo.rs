//! What people wrote between a change and its undo is not lost by it.

use crate::clusters::Stage;

#[test]
fn a_dropped_column_leaves_what_was_written_into_it() {
    let stage = Stage::of_change("production-change", 500);
    stage.stepmark("run", &[]).exits(0);
    stage.sql(
        "shop",
        "UPDATE users SET preferences = '{\"theme\": \"dark\"}' WHERE id = 3; UPDATE orders SET status = 'paid' WHERE id = 4",
    );
    stage.stepmark("rollback", &[]).exits(0);
    let kept = "SELECT id, preferences FROM users_preferences_kept";
    assert_eq!(stage.sql("shop", kept), "3|{\"theme\": \"dark\"}");
    assert_eq!(
        stage.sql("shop", "SELECT id, status FROM orders_status_kept"),
        "4|paid"
    );
}

#[test]
fn a_column_that_is_swapped_back_has_the_values_that_were_written_since() {
    let stage = Stage::of_change("postgres-migration-steps", 500);
    stage.stepmark("run", &[]).exits(0);
    stage.sql("default", "UPDATE users SET age = 99 WHERE id = 3");
    stage.stepmark("rollback", &[]).exits(0);
    let ages = "SELECT string_agg(age, ' ' ORDER BY id) FROM users WHERE id IN (2, 3)";
    assert_eq!(stage.sql("default", ages), "22 99");
}
