//! Which statements PostgreSQL refuses inside a transaction block.
//!
//! Measured on 15.18 (SQLSTATE 25001) and read in its sources; ALTER SUBSCRIPTION … SET (failover)
//! and (two_phase) are of 17 and 18. What only the server can know is left out: REINDEX of a
//! partitioned table, DO or CALL of a body that commits.

use crate::Statement;
use crate::piece::Piece;

impl Statement {
    /// The name of the statement if it, or a part of it, cannot run inside a transaction block,
    /// nor among other statements in one query.
    pub fn cannot_run_in_transaction(&self, source: &str) -> Option<&'static str> {
        self.pieces(source).iter().find_map(refused)
    }
}

fn refused(piece: &Piece<'_>) -> Option<&'static str> {
    let verb = piece.get(0)?.text.to_ascii_lowercase();
    match verb.as_str() {
        "create" => create(piece),
        "drop" => drop(piece),
        "alter" => alter(piece),
        "reindex" => reindex(piece),
        "vacuum" => Some("VACUUM"),
        "cluster" => cluster(piece),
        "discard" if piece.is(1, "all") => Some("DISCARD ALL"),
        "commit" if piece.is(1, "prepared") => Some("COMMIT PREPARED"),
        "rollback" if piece.is(1, "prepared") => Some("ROLLBACK PREPARED"),
        _ => None,
    }
}

fn create(piece: &Piece<'_>) -> Option<&'static str> {
    let index = if piece.is(1, "unique") { 2 } else { 1 };
    if piece.are(index, &["index", "concurrently"]) {
        return Some("CREATE INDEX CONCURRENTLY");
    }
    if piece.is(1, "subscription") {
        let slotless = piece.switches_off("create_slot") || piece.switches_off("connect");
        return (!slotless).then_some("CREATE SUBSCRIPTION");
    }
    if piece.is(1, "database") {
        return Some("CREATE DATABASE");
    }
    piece.is(1, "tablespace").then_some("CREATE TABLESPACE")
}

fn drop(piece: &Piece<'_>) -> Option<&'static str> {
    if piece.are(1, &["index", "concurrently"]) {
        return Some("DROP INDEX CONCURRENTLY");
    }
    [
        ("database", "DROP DATABASE"),
        ("tablespace", "DROP TABLESPACE"),
        ("subscription", "DROP SUBSCRIPTION"),
    ]
    .into_iter()
    .find_map(|(object, name)| piece.is(1, object).then_some(name))
}

fn alter(piece: &Piece<'_>) -> Option<&'static str> {
    if piece.is(1, "system") {
        return Some("ALTER SYSTEM");
    }
    if piece.is(1, "database") && piece.are(3, &["set", "tablespace"]) {
        return Some("ALTER DATABASE SET TABLESPACE");
    }
    if piece.is(1, "subscription") {
        return alter_subscription(piece);
    }
    let detaches = piece.is(1, "table")
        && piece.has(&["detach", "partition"])
        && piece.find(2, "concurrently").is_some();
    detaches.then_some("ALTER TABLE DETACH PARTITION CONCURRENTLY")
}

fn alter_subscription(piece: &Piece<'_>) -> Option<&'static str> {
    if piece.are(3, &["refresh", "publication"]) {
        return Some("ALTER SUBSCRIPTION REFRESH PUBLICATION");
    }
    let changes_publications = ["set", "add", "drop"]
        .iter()
        .any(|action| piece.are(3, &[action, "publication"]));
    if changes_publications && !piece.switches_off("refresh") {
        return Some("ALTER SUBSCRIPTION with refresh");
    }
    let alters_slot =
        piece.is(3, "set") && (piece.names_option("failover") || piece.names_option("two_phase"));
    alters_slot.then_some("ALTER SUBSCRIPTION SET (failover or two_phase)")
}

fn reindex(piece: &Piece<'_>) -> Option<&'static str> {
    if piece.find(1, "concurrently").is_some() || piece.switches_on("concurrently") {
        return Some("REINDEX CONCURRENTLY");
    }
    [
        ("schema", "REINDEX SCHEMA"),
        ("database", "REINDEX DATABASE"),
        ("system", "REINDEX SYSTEM"),
    ]
    .into_iter()
    .find_map(|(target, name)| {
        let at = piece.after_options(1);
        piece.is(at, target).then_some(name)
    })
}

/// CLUSTER of everything: no table named.
fn cluster(piece: &Piece<'_>) -> Option<&'static str> {
    let at = piece.after_options(1);
    let at = if piece.is(at, "verbose") { at + 1 } else { at };
    piece.get(at).is_none().then_some("CLUSTER")
}
