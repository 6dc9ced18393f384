//! The state of one database: its schema, a digest of each table's rows, and where its sequences stand.

use std::collections::BTreeMap;
use std::sync::Arc;

use stepmark_scratch::Cluster;

use super::Items;
use super::diff::{Change, Differing, Found, compare};
use super::dump;
use super::ignored::Ignored;
use super::printed::printed;

const QUERIES: &str = include_str!("database.sql");

/// The state of one database.
pub(super) struct DatabaseState {
    schema: Arc<Items>,
    /// What the rows of all catalogs come to; the schema is the same as long as this is.
    catalogs: String,
    items: Items,
    positions: BTreeMap<String, Position>,
    relations: Vec<Relation>,
}

/// Where a sequence stands.
struct Position {
    /// None before the first value was taken.
    last: Option<i128>,
    increment: i128,
}

/// A table, or what looks like one.
struct Relation {
    database: String,
    oid: String,
    name: String,
    is_unlogged: bool,
}

impl DatabaseState {
    /// The state now; `before` is the last that is known.
    pub(super) fn take(
        cluster: &Cluster,
        database: &str,
        ignored: &Ignored,
        before: Option<&Self>,
    ) -> Result<Self, String> {
        let failed = |error: stepmark_scratch::Error| format!("database {database}: {error}");
        let output = cluster.execute(database, QUERIES).map_err(failed)?;
        let mut state = Self {
            schema: Arc::default(),
            catalogs: String::new(),
            items: Items::new(),
            positions: BTreeMap::new(),
            relations: Vec::new(),
        };
        for found in printed(&output)? {
            match (
                found.kind.as_str(),
                found.name.as_str(),
                found.lines.as_slice(),
            ) {
                ("", "position", [name, last, increment]) => {
                    let position = Position {
                        last: last.parse().ok(),
                        increment: increment.parse().unwrap_or(1),
                    };
                    state.positions.insert(name.clone(), position);
                }
                ("", "catalogs", digest) => state.catalogs = digest.concat(),
                ("", _, [database, oid, name, persistence]) => state.relations.push(Relation {
                    database: database.clone(),
                    oid: oid.clone(),
                    name: name.clone(),
                    is_unlogged: persistence == "u",
                }),
                ("rows", name, _) if ignored.holds(name) => {}
                _ => {
                    state.items.insert((found.kind, found.name), found.lines);
                }
            }
        }
        state.schema = match before.filter(|before| before.catalogs == state.catalogs) {
            Some(before) => Arc::clone(&before.schema),
            None => {
                let dump = cluster.dump_schema(database, &ignored.patterns());
                Arc::new(dump::items(&dump.map_err(failed)?))
            }
        };
        Ok(state)
    }

    pub(super) fn has_unlogged(&self) -> bool {
        self.relations.iter().any(|relation| relation.is_unlogged)
    }

    pub(super) fn tables(&self) -> u64 {
        self.items.keys().filter(|(kind, _)| kind == "rows").count() as u64
    }

    pub(super) fn relation(&self, database: &str, oid: &str) -> Option<&str> {
        let known = |relation: &&Relation| relation.oid == oid && relation.database == database;
        self.relations.iter().find(known).map(|it| it.name.as_str())
    }

    /// The schema and what else there is.
    fn all(&self) -> Items {
        let mut all = (*self.schema).clone();
        let items = self.items.iter();
        all.extend(items.map(|(key, lines)| (key.clone(), lines.clone())));
        all
    }

    pub(super) fn compare(&self, place: &str, after: &Self, found: &mut Found) {
        compare(place, &self.all(), &after.all(), found);
        for (name, before) in &self.positions {
            if let Some(after) = after.positions.get(name) {
                moved(&format!("{place}sequence {name}"), before, after, found);
            }
        }
    }
}

/// `nextval` only ever goes on, and no rollback takes that back, so a sequence that went on is worth a note. One that went
/// back was set, and will give out values a second time.
fn moved(place: &str, before: &Position, after: &Position, found: &mut Found) {
    let words = |last: Option<i128>| last.map_or("its start".to_owned(), |last| last.to_string());
    let (from, to) = (words(before.last), words(after.last));
    let went_on = match (before.last, after.last) {
        (before, after) if before == after => return,
        (None, _) => true,
        (Some(_), None) => false,
        (Some(last), Some(now)) => (now > last) == (before.increment > 0),
    };
    match went_on {
        true => found.note(format!("{place} went on from {from} to {to}")),
        false => found.add(
            place.to_owned(),
            Differing {
                what: format!(
                    "went back from {from} to {to}: it will give out values a second time"
                ),
                change: Change::Text(format!("{from} {to}")),
                lines: Vec::new(),
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Position, moved};

    #[track_caller]
    fn check(
        before: Option<i128>,
        after: Option<i128>,
        increment: i128,
        notes: usize,
        differences: usize,
    ) {
        let mut found = Found::default();
        let position = |last| Position { last, increment };
        moved("s", &position(before), &position(after), &mut found);
        assert_eq!(
            (found.notes().len(), found.all().count()),
            (notes, differences)
        );
    }

    #[test]
    fn a_sequence_that_went_on_is_noted_and_one_that_went_back_is_a_difference() {
        check(Some(1), Some(1), 1, 0, 0);
        check(Some(1), Some(9), 1, 1, 0);
        check(None, Some(1), 1, 1, 0);
        check(Some(9), Some(1), 1, 0, 1);
        check(Some(9), None, 1, 0, 1);
        check(Some(9), Some(1), -1, 1, 0);
        check(Some(1), Some(9), -1, 0, 1);
    }
}
