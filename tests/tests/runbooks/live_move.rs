//! The move by logical replication while the application writes, with its runner killed again and again.

use stepmark_tests::{found_out, soak};

use crate::clusters::Stage;
use crate::killed::walk;
use crate::writers::{Writers, one_more};

/// Tables of the shop, each with how its rows are put in order.
const TABLES: [&str; 7] = [
    "users",
    "orders",
    "events",
    "drafts",
    "visits",
    "billing.\"Invoice\"",
    "billing.reminders",
];

/// Each table with its count and a digest of its rows, made in another way than the runbook does.
fn rows(stage: &Stage, connection: &str) -> Vec<String> {
    let digest = |table: &&str| {
        let sql = format!(
            "SELECT '{table}', count(*), md5(string_agg(md5(x::text), '' ORDER BY md5(x::text))) FROM {table} x"
        );
        stage.sql(connection, &sql)
    };
    TABLES.iter().map(digest).collect()
}

#[test]
fn writes_go_on_until_the_fence_and_not_a_row_differs_though_the_runner_is_killed_all_along() {
    let stage = Stage::of_move("logical-replication-move", soak(5_000, 50_000));
    let mut writers = Writers::at(&stage);
    let every = usize::try_from(soak(5, 1)).unwrap();
    let (outcome, kills) = walk(&stage, "logical-replication-move", every);
    outcome.exits(0);
    assert!(kills >= 5, "{kills} runners were killed");
    found_out(&format!("{kills} runners were killed"));
    stage.home.stepmark(&["verify", "last"]).exits(0);
    assert!(!writers.are_at_work(), "the fence ends their sessions");
    one_more(&stage).says(&["read-only transaction"]);

    let (source, destination) = (rows(&stage, "source"), rows(&stage, "destination_server"));
    assert_eq!(source, destination);
    let written = "SELECT count(*) > 50 FROM orders WHERE total = 7";
    assert_eq!(stage.sql("destination_server", written), "t", "they wrote");
    let written_while_killed =
        stage.sql("source", "SELECT count(*) FROM events WHERE kind = 'seen'");
    found_out(&format!(
        "{written_while_killed} events were updated meanwhile"
    ));

    for (insert, table, id) in [
        (
            "INSERT INTO orders (user_id, total) VALUES (1, 1)",
            "orders",
            "id",
        ),
        ("INSERT INTO users (email) VALUES ('new')", "users", "id"),
        (
            "INSERT INTO billing.\"Invoice\" (order_id) VALUES (1)",
            "billing.\"Invoice\"",
            "\"Id\"",
        ),
        (
            "INSERT INTO billing.reminders (invoice_id) VALUES (1)",
            "billing.reminders",
            "id",
        ),
    ] {
        let highest = stage.sql("source", &format!("SELECT max({id}) FROM {table}"));
        let fresh = stage.sql("destination_server", &format!("{insert} RETURNING {id}"));
        assert!(
            fresh.parse::<i64>().unwrap() > highest.parse::<i64>().unwrap(),
            "{table}: {fresh}"
        );
    }
    let ticket = stage.sql("destination_server", "SELECT nextval('ticket_counter')");
    assert_eq!(ticket, "1025");
}
