//! Where a server stands: its position in the log and its next transaction id, and what transaction a session is in.

use stepmark_core::record::Position;

use super::lookout::Rows;

/// The version from which transaction ids of 64 bits have functions of their own.
const XID8_SINCE: u32 = 13;

/// What one query tells of a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stand {
    /// Where the server stands; none on a standby that has replayed nothing.
    pub(crate) position: Option<Position>,
    /// The id of the session's transaction, if it has written.
    pub(crate) transaction_id: Option<String>,
    /// Whether the condition that was asked with it holds; none where none was asked.
    pub(crate) condition: Option<bool>,
}

/// The query, for a server of this version and the session of backend `pid`; none where that cannot be told.
pub(super) fn query(major: u32, pid: Option<i32>, condition: Option<&str>) -> String {
    let next = match major >= XID8_SINCE {
        true => "pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())",
        false => "pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())",
    };
    let transaction = match pid {
        Some(pid) => {
            format!("(SELECT a.backend_xid FROM pg_catalog.pg_stat_get_activity({pid}) a)")
        }
        None => "NULL".to_owned(),
    };
    let condition = condition.unwrap_or("NULL");
    format!(
        "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() \
         ELSE pg_catalog.pg_current_wal_lsn() END, {next}, {transaction}, {condition}"
    )
}

/// What the answer says.
pub(super) fn stand(rows: &Rows) -> Option<Stand> {
    let [lsn, next, transaction, condition] = rows.first()?.as_slice() else {
        return None;
    };
    let position = lsn.as_ref().zip(next.as_ref());
    Some(Stand {
        position: position.map(|(lsn, next)| Position {
            lsn: lsn.clone(),
            next_transaction_id: next.clone(),
        }),
        transaction_id: transaction
            .as_ref()
            .zip(next.as_ref())
            .and_then(|(short, next)| full_id(short.parse().ok()?, next.parse().ok()?))
            .map(|id| id.to_string()),
        condition: condition.as_deref().map(|word| word == "t"),
    })
}

/// A transaction id of 32 bits with its epoch: it is less than 2^31 ids away from `next`, on either side, since `next` only
/// counts transactions that have ended.
fn full_id(short: u32, next: u64) -> Option<u64> {
    let distance = short.wrapping_sub(next as u32).cast_signed();
    next.checked_add_signed(distance.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_id_belongs_to_the_epoch_in_which_it_is_near() {
        assert_eq!(full_id(742, 743), Some(742));
        assert_eq!(full_id(750, 743), Some(750), "others have not ended");
        assert_eq!(full_id(742, (5 << 32) | 900), Some((5 << 32) | 742));
        assert_eq!(
            full_id(u32::MAX, (5 << 32) | 3),
            Some((4 << 32) | u64::from(u32::MAX))
        );
        assert_eq!(
            full_id(2, (4 << 32) | u64::from(u32::MAX)),
            Some((5 << 32) | 2)
        );
        assert_eq!(full_id(u32::MAX, 743), None, "no epoch is before the first");
    }

    #[test]
    fn old_servers_are_asked_by_the_names_they_know() {
        assert!(query(12, Some(7), None).contains("txid_snapshot_xmax"));
        assert!(query(13, None, Some("true")).contains("pg_snapshot_xmax"));
    }

    #[test]
    fn a_standby_that_replayed_nothing_stands_nowhere() {
        let cell = |text: &str| Some(text.to_owned());
        let rows = vec![vec![None, cell("743"), cell("742"), cell("t")]];
        let expected = Stand {
            position: None,
            transaction_id: cell("742"),
            condition: Some(true),
        };
        assert_eq!(stand(&rows), Some(expected));
        assert_eq!(stand(&Rows::new()), None);
    }
}
