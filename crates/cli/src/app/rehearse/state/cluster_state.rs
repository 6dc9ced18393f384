//! The state of one cluster: what belongs to all of it, and each of its databases.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::database_state::DatabaseState;
use super::diff::{Found, compare};
use super::ignored::Ignored;
use super::printed::printed;
use super::{Items, Named};

const QUERIES: &str = include_str!("cluster.sql");
/// Databases are looked at over this one.
const DATABASE: &str = "postgres";

/// The state of one cluster.
#[derive(Clone)]
pub(super) struct ClusterState {
    name: String,
    /// Where its WAL stood before its databases were looked at.
    pub(super) lsn: String,
    items: Items,
    databases: BTreeMap<String, Arc<DatabaseState>>,
}

impl ClusterState {
    pub(super) fn take(
        named: Named<'_>,
        ignored: &Ignored,
        before: Option<&Self>,
    ) -> Result<Self, String> {
        let output = named
            .cluster
            .execute(DATABASE, QUERIES)
            .map_err(|error| error.to_string())?;
        let mut state = Self {
            name: named.name.to_owned(),
            lsn: String::new(),
            items: Items::new(),
            databases: BTreeMap::new(),
        };
        let mut names = Vec::new();
        for found in printed(&output)? {
            match (found.kind.as_str(), found.name.as_str()) {
                ("", "lsn") => state.lsn = found.lines.concat(),
                ("", _) => names.push(found.lines.concat()),
                _ => {
                    state.items.insert((found.kind, found.name), found.lines);
                }
            }
        }
        let is_quiet = before.is_some_and(|before| before.lsn == state.lsn);
        state.databases = databases(named, &names, ignored, is_quiet, before)?;
        Ok(state)
    }

    pub(super) fn size(&self) -> (u64, u64) {
        let tables = self.databases.values().map(|database| database.tables());
        (self.databases.len() as u64, tables.sum())
    }

    pub(super) fn relation(&self, database: &str, oid: &str) -> Option<String> {
        let mut databases = self.databases.values();
        databases
            .find_map(|known| known.relation(database, oid))
            .map(|name| match self.name.as_str() {
                "" => name.to_owned(),
                cluster => format!("{cluster}: {name}"),
            })
    }

    pub(super) fn compare(&self, after: &Self, found: &mut Found) {
        let cluster = match self.name.as_str() {
            "" => String::new(),
            name => format!("{name}: "),
        };
        compare(&cluster, &self.items, &after.items, found);
        for (name, before) in &self.databases {
            // One that is gone is told by its own item.
            if let Some(after) = after.databases.get(name)
                && !Arc::ptr_eq(before, after)
            {
                let place = match self.name.as_str() {
                    "" => format!("{name}: "),
                    cluster => format!("{cluster}/{name}: "),
                };
                before.compare(&place, after, found);
            }
        }
    }
}

/// Looks at each database, several at once. Those of a cluster that is `is_quiet`, whose WAL stands where it stood
/// `before`, are as they were.
fn databases(
    named: Named<'_>,
    names: &[String],
    ignored: &Ignored,
    is_quiet: bool,
    before: Option<&ClusterState>,
) -> Result<BTreeMap<String, Arc<DatabaseState>>, String> {
    std::thread::scope(|scope| {
        let mut takers = Vec::with_capacity(names.len());
        for name in names {
            let known = before.and_then(|before| before.databases.get(name));
            let taker = scope.spawn(move || match known {
                // What is not logged changes without a trace in the WAL.
                Some(known) if is_quiet && !known.has_unlogged() => Ok(Arc::clone(known)),
                known => {
                    let known = known.map(Arc::as_ref);
                    DatabaseState::take(named.cluster, name, ignored, known).map(Arc::new)
                }
            });
            takers.push((name, taker));
        }
        takers
            .into_iter()
            .map(|(name, taker)| {
                let taken = taker.join().expect("looking at a database does not panic");
                taken.map(|state| (name.clone(), state))
            })
            .collect()
    })
}
