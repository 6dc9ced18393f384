//! ACCESS EXCLUSIVE locks, as the WAL tells them: with `wal_level` replica or logical the server writes down each one on a
//! table, so that standbys take it too. Reads the text of `pg_waldump`; weaker locks leave no trace there.

/// A lock that keeps everybody out, readers too.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exclusive {
    /// The oid of the database.
    pub(super) database: String,
    /// The oid of the table.
    pub(super) relation: String,
}

/// The locks in `records`, the records of kind `Standby`.
pub(super) fn exclusive(records: &str) -> Vec<Exclusive> {
    records.lines().flat_map(of_record).collect()
}

/// `rmgr: Standby …, lsn: 0/01546F68, prev …, desc: LOCK xid 739 db 16384 rel 16385 xid …`
fn of_record(line: &str) -> Vec<Exclusive> {
    let Some((_, locks)) = line.split_once("desc: LOCK ") else {
        return Vec::new();
    };
    let words: Vec<&str> = locks.split_whitespace().collect();
    let lock = |words: &[&str]| match words {
        ["xid", _, "db", database, "rel", relation] => Some(Exclusive {
            database: (*database).to_owned(),
            relation: (*relation).to_owned(),
        }),
        _ => None,
    };
    words.chunks(6).filter_map(lock).collect()
}

#[cfg(test)]
mod tests {
    use super::exclusive;

    #[test]
    fn locks_are_read_from_what_pg_waldump_prints() {
        let text = "rmgr: Standby     len (rec/tot):     42/    42, tx:        739, lsn: 0/01546F68, prev 0/01546F30, \
                    desc: LOCK xid 739 db 16384 rel 16385 \n\
                    rmgr: Standby     len (rec/tot):     50/    50, tx:          0, lsn: 0/01547000, prev 0/01546F98, \
                    desc: RUNNING_XACTS nextXid 740 latestCompletedXid 739 oldestRunningXid 740\n";
        let locks = exclusive(text);
        assert_eq!(locks.len(), 1);
        let lock = &locks[0];
        assert_eq!(
            (lock.database.as_str(), lock.relation.as_str()),
            ("16384", "16385")
        );
    }
}
