//! What the sources of the moves would have passed over: each is found by a step that says what to do, and undone.

use stepmark_scratch::ClusterOptions;

use crate::clusters::Stage;

/// Runs a runbook with `changes` made to it: it fails in `step`, says `words`, and its rollback leaves what was there.
fn check(stage: &Stage, stem: &str, changes: &[(&str, &str)], step: &str, words: &[&str]) {
    stage.rewrite(changes);
    fails(stage, stem, step, words);
}

fn fails(stage: &Stage, stem: &str, step: &str, words: &[&str]) {
    let before = stage.everything();
    let outcome = stage.stepmark("run", &[]).exits(1).says(words);
    assert_eq!(
        stage.home.journal(stem).outcome(step)["status"],
        "failed",
        "{}",
        outcome.stdout
    );
    let nothing_yet = stage
        .home
        .journal(stem)
        .started()
        .iter()
        .all(|step| *step != "database");
    stage
        .stepmark("rollback", &[])
        .exits(if nothing_yet { 2 } else { 0 });
    assert_eq!(stage.everything(), before, "rolled back after {step}");
}

#[test]
fn a_move_by_replication_that_cannot_work_is_stopped_before_it_waits_for_ever() {
    let stem = "logical-replication-move";
    let stage = Stage::of_move(stem, 1_000);
    let grant = "UNION ALL\nSELECT format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO db_move', nspname)\n\
        FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema';";
    check(
        &stage,
        stem,
        &[(grant, ";")],
        "tables-ready",
        &["db_move may not read it: GRANT SELECT ON public.orders TO db_move"],
    );
    stage.without("identity");
    stage.rewrite(&[(
        "format('ALTER TABLE %s REPLICA IDENTITY FULL', key)",
        "NULL",
    )]);
    fails(
        &stage,
        stem,
        "tables-ready",
        &["no replica identity: ALTER TABLE public.events REPLICA IDENTITY FULL"],
    );
    // The grant is taken away when everything was found in order: only the copy itself can tell.
    let revoked = "```sql {name=revoked on=source}\nREVOKE SELECT ON orders FROM db_move;\n```\n\n## 5. Subscribe";
    check(
        &stage,
        stem,
        &[("## 5. Subscribe", revoked), ("timeout=24h", "timeout=2m")],
        "copied",
        &[
            "the copy has failed",
            "the log of the destination server says why",
        ],
    );
    stage.without("sequences");
    fails(
        &stage,
        stem,
        "next-ids-are-free",
        &[
            "the next insert would hit a duplicate key: run step sequences again",
            "orders.id",
        ],
    );
    let stray = "```sql {name=stray on=destination}\nINSERT INTO drafts (body) VALUES ('stray');\n```\n\n## 8. Compare";
    check(
        &stage,
        stem,
        &[("## 8. Compare", stray)],
        "rows-at-destination",
        &["public.drafts"],
    );
}

#[test]
fn a_move_by_replication_says_what_the_servers_lack_before_it_changes_anything() {
    let stem = "logical-replication-move";
    let source = ClusterOptions::default()
        .setting("wal_level", "replica")
        .setting("max_replication_slots", "1");
    let stage = Stage::of_move_from(stem, 200, source);
    fails(
        &stage,
        stem,
        "source-ready",
        &[
            "ALTER SYSTEM SET wal_level = logical, and restart the source",
            "raise max_replication_slots",
        ],
    );
}

#[test]
fn a_move_leaves_a_database_that_was_there_before_alone() {
    for stem in ["logical-replication-move", "fdw-move"] {
        let stage = Stage::of_move(stem, 200);
        stage
            .cluster("destination_server")
            .create_database("shop")
            .expect("a database");
        stage.sql(
            "destination_server",
            "CREATE TABLE theirs (); DROP ROLE shop_app",
        );
        fails(
            &stage,
            stem,
            "destination-ready",
            &[
                "the database is not there yet",
                "missing: shop_app",
                "pg_dumpall --roles-only",
            ],
        );
    }
}

#[test]
fn a_move_through_postgres_fdw_that_cannot_work_is_stopped_and_undone() {
    let stem = "fdw-move";
    let stage = Stage::of_move(stem, 1_000);
    check(
        &stage,
        stem,
        &[("FROM SERVER move_source INTO", "FROM SERVER source_db INTO")],
        "import",
        &["server \"source_db\" does not exist"],
    );
    let grant = "UNION ALL\nSELECT format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO move_reader', nspname)\n\
        FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema';";
    check(
        &stage,
        stem,
        &[(grant, ";")],
        "tables-readable",
        &["GRANT SELECT ON public.orders TO move_reader"],
    );
    stage.without("sequences");
    fails(
        &stage,
        stem,
        "next-ids-are-free",
        &["the next insert would hit a duplicate key: run step sequences again"],
    );
}

#[test]
fn rows_without_a_parent_are_found_whether_their_key_is_off_or_on_again() {
    let stem = "fdw-move";
    let stage = Stage::of_move(stem, 200);
    stage.sql(
        "source",
        "ALTER TABLE orders DISABLE TRIGGER ALL; INSERT INTO orders (user_id, total) VALUES (-1, 1)",
    );
    let off = "no foreign key is switched off";
    stage.rewrite(&[]);
    fails(&stage, stem, "source-ready", &[off, "ENABLE TRIGGER ALL"]);
    // On again, the key calls itself valid, and validating it anew looks at nothing.
    stage.sql(
        "source",
        "ALTER TABLE orders ENABLE TRIGGER ALL; ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey",
    );
    fails(
        &stage,
        stem,
        "load-post-data",
        &["orders_user_id_fkey", "Key (user_id)=(-1) is not present"],
    );
}
