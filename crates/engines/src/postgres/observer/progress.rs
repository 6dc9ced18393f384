//! How far the server says a command is: one query over its progress views, which differ by version. Columns are those of
//! the documentation of each version, "Progress Reporting".

use stepmark_core::runner::{ProgressUnit, ServerProgress};

use super::lookout::Rows;
use crate::postgres::visible;

/// A progress view: which rows of it are asked for, and what they say.
struct View {
    name: &'static str,
    /// The version that has it first.
    since: u32,
    command: &'static str,
    phase: &'static str,
    relation: &'static str,
    /// Done, whole and unit, the most telling first; the first whose whole is known counts, else the last.
    counts: &'static [(&'static str, &'static str, &'static str)],
}

/// What a backend may be at.
const OWN: &[View] = &[
    View {
        name: "pg_stat_progress_create_index",
        since: 12,
        command: "p.command",
        phase: "p.phase",
        relation: "p.relid",
        counts: &[
            ("p.lockers_done", "p.lockers_total", "lockers"),
            ("p.blocks_done", "p.blocks_total", "blocks"),
            ("p.partitions_done", "p.partitions_total", "tables"),
            ("p.tuples_done", "p.tuples_total", "rows"),
        ],
    },
    View {
        name: "pg_stat_progress_copy",
        since: 14,
        command: "p.command",
        phase: "NULL",
        relation: "p.relid",
        counts: &[
            ("p.bytes_processed", "p.bytes_total", "bytes"),
            ("p.tuples_processed", "0", "rows"),
        ],
    },
    View {
        name: "pg_stat_progress_vacuum",
        since: 0,
        command: "'VACUUM'",
        phase: "p.phase",
        relation: "p.relid",
        counts: &[(
            "CASE WHEN p.phase IN ('vacuuming heap', 'vacuuming indexes') THEN p.heap_blks_vacuumed ELSE p.heap_blks_scanned END",
            "p.heap_blks_total",
            "blocks",
        )],
    },
    View {
        name: "pg_stat_progress_cluster",
        since: 12,
        command: "p.command",
        phase: "p.phase",
        relation: "p.relid",
        counts: &[
            ("p.heap_blks_scanned", "p.heap_blks_total", "blocks"),
            ("p.heap_tuples_scanned", "0", "rows"),
        ],
    },
    View {
        name: "pg_stat_progress_analyze",
        since: 13,
        command: "'ANALYZE'",
        phase: "p.phase",
        relation: "p.relid",
        counts: &[("p.sample_blks_scanned", "p.sample_blks_total", "blocks")],
    },
];

/// What others may be at that a `wait` waits for.
const OTHERS: &[View] = &[View {
    name: "pg_stat_progress_basebackup",
    since: 13,
    command: "'BASE_BACKUP'",
    phase: "p.phase",
    relation: "NULL::oid",
    counts: &[("p.backup_streamed", "p.backup_total", "bytes")],
}];

/// The tables that subscriptions of this database still copy for the first time.
const TABLE_SYNC: &str = "SELECT 'initial table sync', \
     (SELECT count(*) || ' copying' FROM pg_catalog.pg_subscription_rel c WHERE c.srsubstate = 'd'), \
     (SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_subscription_rel r \
        JOIN pg_catalog.pg_class c ON c.oid = r.srrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
       WHERE r.srsubstate = 'd' ORDER BY 1 LIMIT 1), \
     count(*) FILTER (WHERE r.srsubstate IN ('r', 's')), count(*), 'tables' \
   FROM pg_catalog.pg_subscription_rel r HAVING count(*) > count(*) FILTER (WHERE r.srsubstate IN ('r', 's'))";

/// The query about what backend `pid` is at.
pub(super) fn of_backend(major: u32, pid: i32) -> String {
    let views = OWN.iter().filter(|view| view.since <= major);
    let queries: Vec<String> = views
        .map(|view| view.query(&format!("p.pid = {pid}")))
        .collect();
    queries.join(" UNION ALL ") + " LIMIT 1"
}

/// The query about what others are at.
pub(super) fn of_others(major: u32) -> String {
    let views = OTHERS.iter().filter(|view| view.since <= major);
    let queries = views.map(|view| view.query("true"));
    let queries: Vec<String> = std::iter::once(TABLE_SYNC.to_owned())
        .chain(queries)
        .collect();
    queries.join(" UNION ALL ") + " LIMIT 1"
}

impl View {
    fn query(&self, condition: &str) -> String {
        let counts: Vec<String> = self
            .counts
            .iter()
            .zip(1..)
            .map(|((done, total, unit), rank)| {
                format!("({rank}, ({done})::bigint, ({total})::bigint, '{unit}')")
            })
            .collect();
        format!(
            "SELECT {}::text, {}::text, \
               (SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c \
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = {}), \
               u.done, u.total, u.unit \
             FROM pg_catalog.{} p, LATERAL (SELECT * FROM (VALUES {}) v(rank, done, total, unit) \
               ORDER BY v.total > 0 DESC NULLS LAST, CASE WHEN v.total > 0 THEN v.rank ELSE -v.rank END LIMIT 1) u \
             WHERE {condition}",
            self.command,
            self.phase,
            self.relation,
            self.name,
            counts.join(", "),
        )
    }
}

/// What the answer says.
pub(super) fn progress(rows: &Rows) -> Option<ServerProgress> {
    let [command, phase, relation, done, total, unit] = rows.first()?.as_slice() else {
        return None;
    };
    let count = |cell: &Option<String>| cell.as_ref().and_then(|text| text.parse().ok());
    let shown = |cell: &Option<String>| cell.as_deref().map(visible::line);
    Some(ServerProgress {
        command: shown(command)?,
        phase: shown(phase),
        relation: shown(relation),
        done: count(done).unwrap_or(0),
        total: count(total).filter(|total| *total > 0),
        unit: match unit.as_deref()? {
            "blocks" => ProgressUnit::Blocks,
            "bytes" => ProgressUnit::Bytes,
            "tables" => ProgressUnit::Tables,
            "lockers" => ProgressUnit::Lockers,
            _ => ProgressUnit::Rows,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_asked_only_where_the_version_has_it() {
        assert!(!of_backend(13, 7).contains("progress_copy"));
        assert!(of_backend(14, 7).contains("progress_copy"));
        assert!(!of_backend(12, 7).contains("progress_analyze"));
        assert!(!of_others(12).contains("basebackup"));
        assert!(of_backend(0, 7).contains("progress_vacuum"));
    }

    #[test]
    fn an_unknown_whole_is_none() {
        let row = |total: Option<&str>| {
            let cells = [
                Some("COPY FROM"),
                None,
                Some("s.t"),
                Some("12"),
                total,
                Some("rows"),
            ];
            vec![cells.map(|cell| cell.map(str::to_owned)).to_vec()]
        };
        let whole = |total| progress(&row(total)).unwrap().total;
        assert_eq!(whole(Some("20")), Some(20));
        assert_eq!(whole(Some("0")), None);
        assert_eq!(whole(None), None);
    }
}
