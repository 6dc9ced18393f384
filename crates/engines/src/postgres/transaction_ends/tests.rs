//! Ends read from tags and statuses.

use stepmark_core::record::TransactionEnd::{self, Committed, RolledBack};
use stepmark_core::record::TransactionStatus::{self, Failed, Idle, Open};
use stepmark_sql::split;

use super::{in_doubt, of_query};

fn check(
    sql: &str,
    before: TransactionStatus,
    tags: &[&str],
    after: TransactionStatus,
) -> (Vec<TransactionEnd>, bool) {
    let kinds = split(sql, true).statements[0].kinds(sql);
    let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
    let found = of_query(before, &kinds, &tags, after);
    (found.ends, found.commit_refused)
}

#[test]
fn every_end_of_a_transaction_is_seen_once() {
    let none = (vec![], false);
    assert_eq!(
        check("insert into t values (1);", Idle, &["INSERT 0 1"], Idle),
        none
    );
    assert_eq!(check("begin;", Idle, &["BEGIN"], Open), none);
    assert_eq!(check("commit;", Idle, &["COMMIT"], Idle), none);
    assert_eq!(
        check("commit;", Open, &["COMMIT"], Idle),
        (vec![Committed], false)
    );
    assert_eq!(
        check("end;", Failed, &["ROLLBACK"], Idle),
        (vec![RolledBack], true)
    );
    assert_eq!(
        check("rollback;", Open, &["ROLLBACK"], Idle),
        (vec![RolledBack], false)
    );
    assert_eq!(check("rollback to a;", Failed, &["ROLLBACK"], Open), none);
    assert_eq!(
        check("commit and chain;", Open, &["COMMIT"], Open),
        (vec![Committed], false)
    );
    assert_eq!(
        check("commit and chain;", Failed, &["ROLLBACK"], Open),
        (vec![RolledBack], true)
    );
    assert_eq!(
        check("rollback and chain;", Open, &["ROLLBACK"], Open),
        (vec![RolledBack], false)
    );
    assert_eq!(
        check(
            "prepare transaction 'a';",
            Open,
            &["PREPARE TRANSACTION"],
            Idle
        ),
        (vec![Committed], false)
    );
    assert_eq!(
        check("prepare transaction 'a';", Failed, &["ROLLBACK"], Idle),
        (vec![RolledBack], true)
    );
    assert_eq!(
        check("commit;", Open, &[], Idle),
        (vec![RolledBack], false),
        "a deferred constraint"
    );
    assert_eq!(check("insert into t values (1);", Open, &[], Failed), none);
    assert_eq!(
        check(
            "begin \\; select 1 \\; commit \\; begin;",
            Idle,
            &["BEGIN", "SELECT 1", "COMMIT", "BEGIN"],
            Open
        ),
        (vec![Committed], false)
    );
}

#[test]
fn only_what_may_have_stayed_is_in_doubt() {
    let doubt = |sql: &str, before| in_doubt(before, &split(sql, true).statements[0].kinds(sql));
    assert!(doubt("select f();", Idle));
    assert!(doubt("insert into t values (1);", Idle));
    assert!(doubt("commit prepared 'a';", Idle));
    assert!(doubt(
        "begin \\; insert into t values (1) \\; commit;",
        Idle
    ));
    assert!(doubt("commit;", Open));
    assert!(doubt("prepare transaction 'a';", Open));
    assert!(!doubt("begin;", Idle));
    assert!(!doubt("insert into t values (1);", Open));
    assert!(!doubt("rollback;", Open));
    assert!(!doubt("commit;", Failed));
}
