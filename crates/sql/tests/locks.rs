//! Table locks, as they were measured on PostgreSQL 15 (pg_locks while the statement's transaction was open).

use stepmark_sql::{TableWork, split};

fn check(sql: &str, expected: &str) {
    let split = split(sql, true);
    let found: Vec<String> = split
        .statements
        .iter()
        .flat_map(|statement| statement.table_locks(sql))
        .map(|lock| {
            let work = match lock.work {
                TableWork::None => "",
                TableWork::Reads => " reads",
                TableWork::MayRewrite => " may rewrite",
                TableWork::Rewrites => " rewrites",
            };
            format!("{}: {}{work}", lock.table, lock.mode.name())
        })
        .collect();
    assert_eq!(found.join("; "), expected, "{sql}");
}

#[test]
fn alter_table_takes_what_its_strongest_action_takes() {
    for (action, expected) in [
        ("ADD COLUMN c1 int DEFAULT 5", "ACCESS EXCLUSIVE"),
        (
            "ADD COLUMN c1 timestamptz DEFAULT clock_timestamp()",
            "ACCESS EXCLUSIVE rewrites",
        ),
        ("ADD COLUMN c1 bigserial", "ACCESS EXCLUSIVE rewrites"),
        (
            "ADD COLUMN c1 int GENERATED ALWAYS AS (id*2) STORED",
            "ACCESS EXCLUSIVE rewrites",
        ),
        ("DROP COLUMN vc", "ACCESS EXCLUSIVE"),
        (
            "ALTER COLUMN i4 TYPE bigint",
            "ACCESS EXCLUSIVE may rewrite",
        ),
        ("ALTER COLUMN age SET NOT NULL", "ACCESS EXCLUSIVE reads"),
        ("ALTER COLUMN age SET DEFAULT '1'", "ACCESS EXCLUSIVE"),
        (
            "ALTER COLUMN email SET STATISTICS 500",
            "SHARE UPDATE EXCLUSIVE",
        ),
        ("SET (fillfactor=80)", "SHARE UPDATE EXCLUSIVE"),
        ("ADD CONSTRAINT ck CHECK (id>0)", "ACCESS EXCLUSIVE reads"),
        (
            "ADD CONSTRAINT ck CHECK (id>0) NOT VALID",
            "ACCESS EXCLUSIVE",
        ),
        (
            "VALIDATE CONSTRAINT chk_total",
            "SHARE UPDATE EXCLUSIVE reads",
        ),
        ("ADD CONSTRAINT uq UNIQUE (email)", "ACCESS EXCLUSIVE reads"),
        (
            "ADD CONSTRAINT uq UNIQUE USING INDEX u_email",
            "ACCESS EXCLUSIVE",
        ),
        ("RENAME TO people", "ACCESS EXCLUSIVE"),
        ("SET UNLOGGED", "ACCESS EXCLUSIVE rewrites"),
        ("DISABLE TRIGGER ALL", "SHARE ROW EXCLUSIVE"),
        ("SET (fillfactor=80), ADD COLUMN x int", "ACCESS EXCLUSIVE"),
        ("CLUSTER ON users_pkey", "SHARE UPDATE EXCLUSIVE"),
    ] {
        check(
            &format!("ALTER TABLE users {action};"),
            &format!("users: {expected}"),
        );
    }
    check(
        "alter table if exists only public.users drop column x",
        "users: ACCESS EXCLUSIVE",
    );
}

#[test]
fn a_foreign_key_locks_both_tables() {
    check(
        "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users(id) NOT VALID",
        "orders: SHARE ROW EXCLUSIVE; users: SHARE ROW EXCLUSIVE",
    );
    check(
        "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users(id)",
        "orders: SHARE ROW EXCLUSIVE reads; users: SHARE ROW EXCLUSIVE",
    );
    check(
        "CREATE TABLE kid (id int, u int REFERENCES users(id))",
        "users: SHARE ROW EXCLUSIVE",
    );
}

#[test]
fn indexes_and_the_rest() {
    for (sql, expected) in [
        ("CREATE INDEX ix ON users(email)", "users: SHARE reads"),
        (
            "CREATE UNIQUE INDEX CONCURRENTLY ON shop.users (email)",
            "shop.users: SHARE UPDATE EXCLUSIVE reads",
        ),
        ("REINDEX TABLE users", "users: SHARE reads"),
        ("REINDEX INDEX i_note", "i_note: ACCESS EXCLUSIVE reads"),
        (
            "REINDEX TABLE CONCURRENTLY users",
            "users: SHARE UPDATE EXCLUSIVE reads",
        ),
        ("DROP INDEX i_note", "i_note: ACCESS EXCLUSIVE"),
        (
            "DROP INDEX CONCURRENTLY IF EXISTS i_note",
            "i_note: SHARE UPDATE EXCLUSIVE",
        ),
        (
            "CREATE TRIGGER t2 BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION trg()",
            "users: SHARE ROW EXCLUSIVE",
        ),
        ("DROP TRIGGER t1 ON users", "users: ACCESS EXCLUSIVE"),
        (
            "CREATE RULE rr AS ON DELETE TO users DO INSTEAD NOTHING",
            "users: ACCESS EXCLUSIVE",
        ),
        (
            "TRUNCATE a, b CASCADE",
            "a: ACCESS EXCLUSIVE; b: ACCESS EXCLUSIVE",
        ),
        (
            "DROP TABLE IF EXISTS a, b",
            "a: ACCESS EXCLUSIVE; b: ACCESS EXCLUSIVE",
        ),
        (
            "CLUSTER users USING users_pkey",
            "users: ACCESS EXCLUSIVE rewrites",
        ),
        ("VACUUM (FULL) users", "users: ACCESS EXCLUSIVE rewrites"),
        ("VACUUM FULL users", "users: ACCESS EXCLUSIVE rewrites"),
        ("VACUUM users", ""),
        ("REFRESH MATERIALIZED VIEW mv", "mv: ACCESS EXCLUSIVE"),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY mv", "mv: EXCLUSIVE"),
        ("LOCK TABLE users IN SHARE MODE", "users: SHARE"),
        ("LOCK users", "users: ACCESS EXCLUSIVE"),
        ("LOCK users IN ROW EXCLUSIVE MODE", ""),
        (
            "LOCK users IN ACCESS EXCLUSIVE MODE NOWAIT",
            "users: ACCESS EXCLUSIVE",
        ),
        ("SELECT * FROM users", ""),
        ("UPDATE users SET txt = 'x'", ""),
        ("SELECT 'ALTER TABLE users'", ""),
        ("", ""),
    ] {
        check(sql, expected);
    }
}
