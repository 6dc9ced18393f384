//! Transactions over several steps, and statements that cannot be in one.

use stepmark_tests::{Home, Server};

const OUTSIDE: &str = "psql -XAt -c 'SELECT count(*) FROM t'";

fn book(end: &str) -> String {
    format!(
        "```sql {{name=make}}\nCREATE TABLE t (id int);\n```\n\n\
         ```sql {{name=begin}}\nBEGIN;\n```\n\n\
         ```sql {{name=insert}}\nINSERT INTO t VALUES (1);\n```\n\n\
         ```bash {{name=between}}\n{OUTSIDE}\n```\n\n\
         ```sql {{name=end}}\n{end}\n```\n\n\
         ```bash {{name=after}}\n{OUTSIDE}\n```\n"
    )
}

#[test]
fn begin_insert_and_commit_in_three_fences_are_one_transaction() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", &book("COMMIT;"));
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(0)
        .says(&[
            "held in an open transaction",
            "transaction on default committed",
        ]);
    let journal = home.journal("book");
    let output = |step: &str| {
        let mut finished = journal
            .of("step_finished")
            .filter(|line| line["step"] == step);
        finished
            .next()
            .map(|line| line["output"]["excerpt"].clone())
    };
    assert_eq!(
        output("between"),
        Some("0\n".into()),
        "nobody else sees the insert before COMMIT"
    );
    assert_eq!(output("after"), Some("1\n".into()));
    let insert = journal
        .of("step_finished")
        .find(|line| line["step"] == "insert");
    assert_eq!(insert.expect("an outcome")["transaction"], "open");
    let ended: Vec<_> = journal.of("transaction_ended").collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(
        (&ended[0]["end"], &ended[0]["by"]),
        (&"committed".into(), &"end".into())
    );
}

#[test]
fn rollback_makes_held_steps_undone_and_not_done() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", &book("ROLLBACK;"));
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(0);
    assert_eq!(server.sql("SELECT count(*) FROM t"), "0");
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["transaction rolled back", "insert — undone"]);
}

#[test]
fn commit_of_a_failed_transaction_is_a_failure() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=begin}\nBEGIN;\nCREATE TABLE gone (id int);\n```\n\n```sql {name=end}\nSAVEPOINT s;\n\
         ROLLBACK TO s;\nDO $$ BEGIN RAISE 'no'; END $$;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1);
    let journal = home.journal("book");
    let last = journal.of("transaction_ended").last().expect("an end");
    assert_eq!(last["end"], "rolled_back");
    assert_eq!(server.sql("SELECT to_regclass('gone') IS NULL"), "t");
}

#[test]
fn a_runbook_that_ends_inside_a_transaction_is_no_success() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=begin}\nBEGIN;\nCREATE TABLE t (id int);\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1)
        .says(&["ended inside a transaction"]);
    assert_eq!(server.sql("SELECT to_regclass('t') IS NULL"), "t");
}

#[test]
fn statements_that_refuse_transactions_work() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "# Alone\n\n```sql\nCREATE TABLE t (id int);\nCREATE INDEX CONCURRENTLY t_id ON t (id);\nVACUUM t;\n\
         REINDEX INDEX CONCURRENTLY t_id;\n```\n\n```sql\nCREATE DATABASE other;\n```\n\n```sql\nVACUUM (ANALYZE) t; DROP DATABASE other;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(0);
    assert_eq!(
        server.sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass"),
        "t"
    );
}

#[test]
fn session_state_is_kept_for_the_whole_run() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql\nSET search_path = 'elsewhere';\nCREATE TEMP TABLE kept (id int);\n```\n\n```sql {check}\n\
         SELECT current_setting('search_path') = 'elsewhere' AND to_regclass('pg_temp.kept') IS NOT NULL;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(0);
}

#[test]
fn a_session_lost_between_two_steps_stops_a_headless_run() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE t (id int)");
    let terminate = "psql -XAt -c \"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'stepmark/%'\"";
    home.write(
        "book.md",
        &format!(
            "```sql {{name=begin}}\nBEGIN;\nINSERT INTO t VALUES (1);\n```\n\n```bash {{name=cut}}\n{terminate}\nsleep 0.2\n```\n\n\
             ```sql {{name=insert}}\nINSERT INTO t VALUES (2);\n```\n\n```sql {{name=end}}\nCOMMIT;\n```\n"
        ),
    );
    // Whether the loss is noticed before the insert is sent or by sending it: either way nothing goes on by itself.
    let outcome = home.stepmark(&["run", "book.md", "--connect", &server.url()]);
    assert_ne!(outcome.code, 0, "{}", outcome.stdout);
    let journal = home.journal("book");
    assert!(!journal.started().contains(&"end"), "{}", outcome.stdout);
    assert_eq!(
        journal
            .of("step_started")
            .filter(|line| line["step"] == "begin")
            .count(),
        1
    );
    let ended = journal.of("transaction_ended").next().expect("it ended");
    assert_ne!(ended["end"], "committed");
    assert_eq!(server.sql("SELECT count(*) FROM t"), "0");
}

/// A COMMIT that takes as long as it is let: a deferred trigger waits for an advisory lock.
const SLOW_COMMIT: &str = "CREATE TABLE t (id int);\n\
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS\n\
    $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;\n\
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED\n\
    FOR EACH ROW EXECUTE FUNCTION wait();";

#[test]
fn a_commit_whose_backend_dies_is_settled_by_what_the_server_says() {
    let (home, server) = (Home::new(), Server::new());
    server.sql(SLOW_COMMIT);
    home.write(
        "book.md",
        "```sql {name=slow transaction}\nINSERT INTO t VALUES (1);\n```\n",
    );
    let kill = "DO $$ DECLARE p int; BEGIN\n\
         PERFORM pg_advisory_lock(7);\n\
         LOOP PERFORM pg_stat_clear_snapshot();\n\
           SELECT pid INTO p FROM pg_stat_activity WHERE wait_event = 'advisory' AND query LIKE 'COMMIT%';\n\
           EXIT WHEN p IS NOT NULL; PERFORM pg_sleep(0.01);\n\
         END LOOP;\n\
         PERFORM pg_terminate_backend(p);\n\
         END $$";
    let killer = std::thread::scope(|scope| {
        let killing = scope.spawn(|| server.sql(kill));
        server.wait_for(
            "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND granted",
        );
        home.stepmark(&["run", "book.md", "--connect", &server.url()])
            .exits(1)
            .says(&["was aborted"]);
        killing.join().is_ok()
    });
    assert!(killer);
    assert_eq!(server.sql("SELECT count(*) FROM t"), "0");
    let journal = home.journal("book");
    assert_eq!(journal.outcome("slow")["status"], "unknown");
    let resolved = journal.of("step_resolved").next().expect("an answer");
    assert_eq!(resolved["evidence"]["fate"], "aborted");
    home.stepmark(&["verify", "last"]).exits(0);
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["**slow** was not done"]);
}
