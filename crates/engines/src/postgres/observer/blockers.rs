//! Who is in the way of a backend: asked level by level, so that a long queue of backends that wait for each other costs
//! the server no more than a short one (`pg_blocking_pids()` holds up all locking for a moment).

use std::collections::BTreeSet;
use std::time::Duration;

use stepmark_core::runner::{BLOCKERS_MAX, Blocker};

use super::lookout::{Lookout, Rows, Unanswered};
use crate::postgres::visible;

/// So many blockers stand behind one another at most.
const LEVELS_MAX: usize = 8;
/// So much of a query is shown, in characters.
const QUERY_CHARACTERS_MAX: usize = 200;

/// Those in the way of backend `pid`, nearest first.
pub(super) async fn blockers(lookout: &mut Lookout, pid: i32) -> Result<Vec<Blocker>, Unanswered> {
    let mut found: Vec<Blocker> = Vec::new();
    let mut known = BTreeSet::from([pid]);
    let mut level = vec![pid];
    for _ in 0..LEVELS_MAX {
        let mut next = Vec::new();
        let rows = lookout.ask(&level_query(&level)).await?;
        for blocker in rows.iter().filter_map(|row| backend(row)) {
            if found.len() == BLOCKERS_MAX {
                return Ok(found);
            }
            if blocker.pid == 0 {
                let prepared = lookout.ask(&prepared_query(blocker.blocks)).await?;
                found.extend(transactions(&prepared, &blocker));
                found.truncate(BLOCKERS_MAX);
                continue;
            }
            // One that is in the way of two is shown in the way of the first.
            if known.insert(blocker.pid) {
                next.push(blocker.pid);
                found.push(blocker);
            }
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    Ok(found)
}

/// What blocks each of `pids`.
fn level_query(pids: &[i32]) -> String {
    let pids: Vec<String> = pids.iter().map(i32::to_string).collect();
    format!(
        "SELECT b.pid, e.pid, pg_catalog.pg_get_userbyid(a.usesysid), a.application_name, \
           coalesce(a.client_hostname, pg_catalog.host(a.client_addr)), a.state, {}, {}, left(a.query, {}) \
         FROM unnest('{{{}}}'::int[]) WITH ORDINALITY e(pid, rank) \
         CROSS JOIN LATERAL (SELECT DISTINCT p AS pid FROM unnest(pg_catalog.pg_blocking_pids(e.pid)) p) b \
         LEFT JOIN LATERAL pg_catalog.pg_stat_get_activity(b.pid) a ON b.pid <> 0 \
         ORDER BY e.rank, a.xact_start, b.pid LIMIT {}",
        age("a.state_change"),
        age("a.xact_start"),
        QUERY_CHARACTERS_MAX * 4,
        pids.join(","),
        BLOCKERS_MAX + 1,
    )
}

/// The prepared transactions that hold the lock which backend `pid` waits for. Each also holds the lock on its own id.
fn prepared_query(pid: i32) -> String {
    let same = [
        "locktype",
        "database",
        "relation",
        "page",
        "tuple",
        "virtualxid",
        "transactionid",
        "classid",
        "objid",
        "objsubid",
    ];
    let same = same.map(|column| format!("h.{column} IS NOT DISTINCT FROM w.{column}"));
    format!(
        "SELECT DISTINCT p.gid, p.owner, {} FROM pg_catalog.pg_locks w \
         JOIN pg_catalog.pg_locks h ON h.pid IS NULL AND h.granted AND {} \
         JOIN pg_catalog.pg_locks x ON x.pid IS NULL AND x.granted AND x.locktype = 'transactionid' \
           AND x.virtualtransaction = h.virtualtransaction \
         JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid \
         WHERE w.pid = {pid} AND NOT w.granted ORDER BY 1 LIMIT {BLOCKERS_MAX}",
        age("p.prepared"),
        same.join(" AND "),
    )
}

fn age(moment: &str) -> String {
    format!("(extract(epoch FROM clock_timestamp() - {moment}) * 1000)::bigint")
}

fn backend(row: &[Option<String>]) -> Option<Blocker> {
    let [
        pid,
        blocks,
        user,
        application,
        client,
        state,
        state_age,
        transaction_age,
        query,
    ] = row
    else {
        return None;
    };
    Some(Blocker {
        pid: pid.as_ref()?.parse().ok()?,
        blocks: blocks.as_ref()?.parse().ok()?,
        user: shown(user.as_ref()),
        application: shown(application.as_ref()),
        client: shown(client.as_ref()),
        state: shown(state.as_ref()),
        state_age: milliseconds(state_age.as_ref()),
        transaction_age: milliseconds(transaction_age.as_ref()),
        query: query.as_deref().and_then(excerpt),
    })
}

/// The prepared transactions that an answer names; `unnamed` is what is known where it names none.
fn transactions(rows: &Rows, unnamed: &Blocker) -> Vec<Blocker> {
    let prepared = |state_age, user, query| Blocker {
        user,
        state: Some("prepared".to_owned()),
        state_age,
        transaction_age: state_age,
        query,
        ..unnamed.clone()
    };
    let mut found: Vec<Blocker> = rows
        .iter()
        .filter_map(|row| match row.as_slice() {
            [gid, owner, age] => Some(prepared(
                milliseconds(age.as_ref()),
                shown(owner.as_ref()),
                excerpt(&format!("PREPARE TRANSACTION '{}'", gid.as_deref()?)),
            )),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        found.push(prepared(None, None, None));
    }
    found
}

fn shown(text: Option<&String>) -> Option<String> {
    let text = visible::line(text?);
    (!text.is_empty()).then_some(text)
}

fn milliseconds(text: Option<&String>) -> Option<Duration> {
    text?.parse().ok().map(Duration::from_millis)
}

/// The start of a query on one line.
fn excerpt(query: &str) -> Option<String> {
    let words: Vec<&str> = query.split_whitespace().collect();
    let line = visible::line(&words.join(" "));
    let mut short: String = line.chars().take(QUERY_CHARACTERS_MAX).collect();
    if short.len() < line.len() {
        short.pop();
        short.push('…');
    }
    (!short.is_empty()).then_some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_cut_and_made_harmless() {
        assert_eq!(excerpt("select\n  1,\t2").unwrap(), "select 1, 2");
        assert_eq!(excerpt(" \n"), None);
        let long = excerpt(&"ä\u{1b}".repeat(300)).unwrap();
        assert_eq!(long.chars().count(), QUERY_CHARACTERS_MAX);
        assert!(long.starts_with("ä\\x1Bä") && long.ends_with('…'));
    }

    #[test]
    fn a_prepared_transaction_that_has_no_name_is_still_in_the_way() {
        let unnamed = Blocker {
            pid: 0,
            blocks: 7,
            user: None,
            application: None,
            client: None,
            state: None,
            state_age: None,
            transaction_age: None,
            query: None,
        };
        let found = transactions(&Rows::new(), &unnamed);
        assert_eq!(found[0].state.as_deref(), Some("prepared"));
        let cell = |text: &str| Some(text.to_owned());
        let rows = vec![vec![cell("x'y"), cell("app"), cell("2000")]];
        let found = transactions(&rows, &unnamed);
        assert_eq!(found[0].query.as_deref(), Some("PREPARE TRANSACTION 'x'y'"));
        assert_eq!(found[0].transaction_age, Some(Duration::from_secs(2)));
    }
}
