//! COMMITs whose answer never comes: the verdict on the step equals what the server holds, time after time.
//! With `STEPMARK_SOAK=1` two hundred of them.

use stepmark_scratch::ClusterOptions;
use stepmark_tests::{Home, Server, soak};

/// A COMMIT that waits in a deferred trigger aborts when its backend is ended there. One that waits for a standby that does
/// not exist has committed, and only its answer is lost (PostgreSQL, "Synchronous Replication").
const SETUP: &str = "CREATE TABLE t (id int);\n\
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS\n\
    $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;\n\
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED\n\
    FOR EACH ROW WHEN (NEW.id < 0) EXECUTE FUNCTION wait();\n\
    ALTER DATABASE shop SET synchronous_commit = local;";

/// Ends the backend whose COMMIT waits for `event`.
fn ends_the_backend_waiting_for(event: &str) -> String {
    format!(
        "DO $$ DECLARE p int; BEGIN\n\
         PERFORM pg_advisory_lock(7);\n\
         LOOP PERFORM pg_stat_clear_snapshot();\n\
           SELECT pid INTO p FROM pg_stat_activity WHERE wait_event = '{event}' AND query LIKE 'COMMIT%';\n\
           EXIT WHEN p IS NOT NULL; PERFORM pg_sleep(0.01);\n\
         END LOOP;\n\
         PERFORM pg_terminate_backend(p);\n\
         END $$"
    )
}

#[test]
fn the_verdict_on_a_commit_without_an_answer_is_the_servers_truth() {
    let options = ClusterOptions::default();
    let options = options.setting("wal_level", "replica");
    let server = Server::with(options.setting("max_wal_senders", "2"));
    server.sql(SETUP);
    server.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    server.sql("SELECT pg_reload_conf()");
    for round in 1..=soak(6, 200) {
        let commits = round % 2 == 0;
        let (event, id) = match commits {
            true => ("SyncRep", round),
            false => ("advisory", -round),
        };
        let home = Home::new();
        home.write(
            "book.md",
            &format!(
                "```sql {{name=doubt transaction}}\n\
                 SET LOCAL synchronous_commit = on;\nINSERT INTO t VALUES ({id});\n```\n"
            ),
        );
        std::thread::scope(|scope| {
            scope.spawn(|| server.sql(&ends_the_backend_waiting_for(event)));
            let held = "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND granted";
            server.wait_for(held);
            home.stepmark(&["run", "book.md", "--connect", &server.url()])
                .exits(i32::from(!commits));
        });
        let there = server.sql(&format!("SELECT count(*) FROM t WHERE id = {id}"));
        let journal = home.journal("book");
        assert_eq!(journal.outcome("doubt")["status"], "unknown");
        let resolved = journal.of("step_resolved").next().expect("an answer");
        let fate = match there.as_str() {
            "1" => "committed",
            _ => "aborted",
        };
        assert_eq!(resolved["evidence"]["fate"], fate, "round {round}");
        assert_eq!(
            commits,
            fate == "committed",
            "round {round}: the recipe works"
        );
    }
}
