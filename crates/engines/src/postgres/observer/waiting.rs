//! What a backend waits for: the query, and what its answer says.

use std::time::{Duration, Instant};

use stepmark_core::runner::WaitsFor;

use super::lookout::Rows;
use crate::postgres::visible;

/// The version from which the server says since when a lock is waited for.
const WAIT_START_SINCE: u32 = 14;

/// A wait that was seen before, and when first.
pub(super) type Known = Option<(WaitsFor, Instant)>;

/// The query about backend `pid`.
pub(super) fn query(major: u32, pid: i32) -> String {
    let since = match major >= WAIT_START_SINCE {
        true => "(extract(epoch FROM clock_timestamp() - w.waitstart) * 1000)::bigint",
        false => "NULL",
    };
    // A wait for another transaction to end is mostly one for a row, whose table the lock on that row tells.
    format!(
        "SELECT a.wait_event_type, a.wait_event, w.mode, w.locktype, \
           CASE w.locktype WHEN 'transactionid' THEN w.transactionid::text WHEN 'virtualxid' THEN w.virtualxid \
             WHEN 'advisory' THEN w.classid || ',' || w.objid END, \
           (SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c \
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.oid = coalesce(w.relation, (SELECT t.relation FROM pg_catalog.pg_locks t \
               WHERE t.pid = {pid} AND t.granted AND t.locktype = 'tuple' LIMIT 1)) \
               AND coalesce(w.database, 0) IN (0, (SELECT d.oid FROM pg_catalog.pg_database d \
                 WHERE d.datname = current_database()))), \
           {since} \
         FROM pg_catalog.pg_stat_get_activity({pid}) a \
         LEFT JOIN LATERAL (SELECT * FROM pg_catalog.pg_locks l WHERE l.pid = {pid} AND NOT l.granted LIMIT 1) w ON true \
         WHERE a.state = 'active' AND a.wait_event_type IS NOT NULL"
    )
}

/// What the answer says at this moment; `known` is what was seen before, and is brought up to date.
pub(super) fn waits_for(rows: &Rows, now: Instant, known: &mut Known) -> Option<WaitsFor> {
    let seen = rows.first().and_then(|row| wait(row));
    let Some((mut waits, by_server)) = seen else {
        *known = None;
        return None;
    };
    let first = match known {
        Some((before, first)) if *before == waits => *first,
        _ => now,
    };
    *known = Some((waits.clone(), first));
    // Two short waits of these kinds, seen a second apart, look like one long one.
    let is_short = matches!(waits.class.as_str(), "IO" | "LWLock" | "BufferPin");
    let by_us = (!is_short).then(|| now.duration_since(first));
    waits.since = by_server.or(by_us);
    Some(waits)
}

/// The wait without its age, and that as far as the server says it.
fn wait(row: &[Option<String>]) -> Option<(WaitsFor, Option<Duration>)> {
    let [class, event, mode, kind, subject, relation, since] = row else {
        return None;
    };
    let class = visible::line(class.as_deref()?);
    let lock = match (class.as_str(), mode, kind) {
        ("Lock", Some(mode), Some(kind)) => Some(visible::line(&lock(
            mode,
            kind,
            subject.as_deref(),
            relation.as_deref(),
        ))),
        _ => None,
    };
    let since = since.as_ref().and_then(|text| text.parse().ok());
    let waits = WaitsFor {
        class,
        event: visible::line(event.as_deref().unwrap_or_default()),
        since: None,
        lock: lock.clone(),
    };
    Some((
        waits,
        since.map(Duration::from_millis).filter(|_| lock.is_some()),
    ))
}

fn lock(mode: &str, kind: &str, subject: Option<&str>, relation: Option<&str>) -> String {
    match (kind, subject, relation) {
        ("relation", _, Some(relation)) => format!("{mode} on {relation}"),
        ("transactionid", Some(id), Some(relation)) => {
            format!("a row of {relation}, which transaction {id} has changed")
        }
        ("transactionid", Some(id), None) => format!("the end of transaction {id}"),
        ("virtualxid", Some(id), _) => format!("the end of virtual transaction {id}"),
        ("advisory", Some(key), _) => format!("{mode} on advisory lock {key}"),
        (_, _, Some(relation)) => format!("{mode} ({kind}) on {relation}"),
        (_, _, None) => format!("{mode} ({kind})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: [&str; 7]) -> Rows {
        let cell = |cell: &str| (!cell.is_empty()).then(|| cell.to_owned());
        vec![cells.map(cell).to_vec()]
    }

    #[test]
    fn the_age_of_a_wait_is_the_servers_or_what_was_seen() {
        let (start, mut known) = (Instant::now(), None);
        let later = start + Duration::from_secs(2);
        let mut age = |cells, now| waits_for(&row(cells), now, &mut known).unwrap().since;
        let secs = |secs| Some(Duration::from_secs(secs));
        let sleeps = ["Timeout", "PgSleep", "", "", "", "", ""];
        assert_eq!(age(sleeps, start), secs(0));
        assert_eq!(age(sleeps, later), secs(2));
        let old = ["Lock", "relation", "ShareLock", "relation", "", "s.t", ""];
        assert_eq!(age(old, later), secs(0), "another wait");
        let new = [
            "Lock",
            "relation",
            "ShareLock",
            "relation",
            "",
            "s.t",
            "7000",
        ];
        assert_eq!(age(new, later), secs(7));
        let reads = ["IO", "DataFileRead", "", "", "", "", ""];
        assert_eq!(age(reads, later), None);
    }

    #[test]
    fn a_lock_is_named_by_what_is_waited_for() {
        let lock = |kind: &str, subject: &str, relation: &str| {
            let cells = ["Lock", kind, "ShareLock", kind, subject, relation, ""];
            let waits = waits_for(&row(cells), Instant::now(), &mut None);
            waits.unwrap().lock.unwrap()
        };
        assert_eq!(
            lock("relation", "", "shop.orders"),
            "ShareLock on shop.orders"
        );
        assert_eq!(
            lock("transactionid", "742", "shop.orders"),
            "a row of shop.orders, which transaction 742 has changed"
        );
        assert_eq!(
            lock("transactionid", "742", ""),
            "the end of transaction 742"
        );
        assert_eq!(
            lock("virtualxid", "3/4", ""),
            "the end of virtual transaction 3/4"
        );
        assert_eq!(
            lock("advisory", "0,7", ""),
            "ShareLock on advisory lock 0,7"
        );
        assert_eq!(lock("extend", "", "s.t"), "ShareLock (extend) on s.t");
    }
}
