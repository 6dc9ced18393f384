//! What differs between two states, in words. Does not know who left it.

use std::collections::BTreeMap;

use super::Items;
use super::ignored::bare;
use super::lines::differing;

/// What differs between two states, by the place where it does.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Found {
    differences: BTreeMap<String, Differing>,
    notes: Vec<String>,
}

/// What is otherwise at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Differing {
    /// In words.
    pub(in super::super) what: String,
    /// The lines that differ.
    pub(in super::super) lines: Vec<String>,
    /// What sort of change it came about by.
    pub(in super::super) change: Change,
}

/// What can be compared of the changes that two differences came about by, whatever else is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Change {
    /// Of a text.
    Text(String),
    /// Of rows: how many more there are, what that adds to a sum over them, and the definition that they were read by.
    Rows {
        count: i128,
        sum: i128,
        table: Vec<String>,
    },
}

impl Change {
    /// Whether both may well be one and the same change.
    pub(in super::super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Rows { count, sum, table },
                Self::Rows {
                    count: other_count,
                    sum: other_sum,
                    table: other_table,
                },
            ) => {
                // The same row reads otherwise with other columns.
                count == other_count && (sum == other_sum || table != other_table)
            }
            (Self::Text(_) | Self::Rows { .. }, _) => self == other,
        }
    }
}

impl Default for Change {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Found {
    pub(super) fn add(&mut self, place: String, differing: Differing) {
        self.differences.insert(place, differing);
    }

    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// Each place, and what is otherwise there.
    pub(in super::super) fn all(&self) -> impl Iterator<Item = (&String, &Differing)> {
        self.differences.iter()
    }

    /// What differs and cannot be undone.
    pub(in super::super) fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// Adds to `found` what differs between `before` and `after`, which are at `place`.
pub(super) fn compare(place: &str, before: &Items, after: &Items, found: &mut Found) {
    let keys = before
        .keys()
        .chain(after.keys().filter(|key| !before.contains_key(*key)));
    let (tables_before, tables_after) = (tables(before), tables(after));
    for key in keys {
        let (was, is) = (before.get(key), after.get(key));
        if was == is {
            continue;
        }
        let part_of = table_of(key);
        let is_in =
            |tables: &Tables<'_>| part_of.as_ref().is_some_and(|it| tables.contains_key(it));
        // A table that is gone, or was left behind, tells of its parts.
        if is_in(&tables_before) != is_in(&tables_after) {
            continue;
        }
        let (kind, name) = key;
        let place = format!("{place}{kind} {name}");
        let differing = match (was, is) {
            (Some(was), Some(is)) if kind == "rows" => {
                let table = tables_after.get(&bare(name)).copied().flatten();
                other_rows(was, is, table.cloned().unwrap_or_default())
            }
            (Some(was), Some(is)) => otherwise("is not as it was", was, is),
            (Some(was), None) => otherwise("is gone", described(kind, Some(was)), &[]),
            (None, is) => otherwise("was left behind", &[], described(kind, is)),
        };
        found.add(place.trim_end().to_owned(), differing);
    }
}

fn otherwise(what: &str, was: &[String], is: &[String]) -> Differing {
    let lines = differing(was, is);
    Differing {
        what: what.to_owned(),
        change: Change::Text(format!("{what}\n{}", lines.join("\n"))),
        lines,
    }
}

/// The lines of a thing that is only there before or only after; of some the name says enough.
fn described<'a>(kind: &str, lines: Option<&'a Vec<String>>) -> &'a [String] {
    let says_enough = [
        "role",
        "membership",
        "database",
        "tablespace",
        "subscription",
        "rows",
    ];
    lines
        .filter(|_| !says_enough.contains(&kind))
        .map_or(&[], Vec::as_slice)
}

/// Rows are told by their number and by a sum over them, so what is added and what is taken away adds up.
fn other_rows(was: &[String], is: &[String], table: Vec<String>) -> Differing {
    let number = |lines: &[String], at: usize| {
        let text = lines.get(at).map(String::as_str).unwrap_or_default();
        text.parse::<i128>().unwrap_or_default()
    };
    let (before, after) = (number(was, 0), number(is, 0));
    let what = match before == after {
        true => format!("{after} rows, as many as before, and not the same"),
        false => format!("{before} rows before, {after} after"),
    };
    Differing {
        what,
        lines: Vec::new(),
        change: Change::Rows {
            count: after - before,
            sum: number(is, 1).wrapping_sub(number(was, 1)),
            table,
        },
    }
}

/// Tables and materialized views by name, each table with its definition.
type Tables<'a> = BTreeMap<String, Option<&'a Vec<String>>>;

fn tables(items: &Items) -> Tables<'_> {
    let mut tables = Tables::new();
    for ((kind, name), lines) in items {
        match kind.as_str() {
            "table" => _ = tables.insert(bare(name), Some(lines)),
            "materialized view" => _ = tables.entry(bare(name)).or_default(),
            _ => {}
        }
    }
    tables
}

/// The table that a thing with this kind and name is a part of, if it is one.
fn table_of((kind, name): &(String, String)) -> Option<String> {
    let name = bare(name);
    match kind.as_str() {
        "rows" => Some(name),
        // `schema.table column`, `schema.table constraint`
        "default" | "constraint" | "fk constraint" | "trigger" | "policy" | "rule"
        | "row security" => name.split(' ').next().map(str::to_owned),
        // `schema.TABLE table`
        "acl" | "comment" => {
            let (schema, table) = name.split_once("TABLE ")?;
            Some(format!("{schema}{table}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Items, compare};

    fn items(things: &[(&str, &str, &str)]) -> Items {
        let thing = |(kind, name, lines): &(&str, &str, &str)| {
            let lines = lines.lines().map(str::to_owned).collect();
            ((kind.to_string(), name.to_string()), lines)
        };
        things.iter().map(thing).collect()
    }

    #[track_caller]
    fn check(before: &[(&str, &str, &str)], after: &[(&str, &str, &str)], expected: &[&str]) {
        let mut found = Found::default();
        compare("shop: ", &items(before), &items(after), &mut found);
        let told = found
            .all()
            .map(|(place, it)| format!("{place} {} {}", it.what, it.lines.join(" ")));
        let told: Vec<String> = told.map(|line| line.trim_end().to_owned()).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn what_was_left_behind_is_gone_or_changed_is_told_with_its_lines() {
        check(&[("role", "a", "x")], &[("role", "a", "x")], &[]);
        check(
            &[("role", "a", "x\ny")],
            &[("role", "a", "x\nz")],
            &["shop: role a is not as it was - y + z"],
        );
        check(
            &[],
            &[("role", "a", "x")],
            &["shop: role a was left behind"],
        );
        check(
            &[("index", "public.i", "x")],
            &[],
            &["shop: index public.i is gone - x"],
        );
        check(
            &[("rows", "public.t", "3\n77")],
            &[("rows", "public.t", "4\n78")],
            &["shop: rows public.t 3 rows before, 4 after"],
        );
        check(
            &[("rows", "public.t", "3\n77")],
            &[("rows", "public.t", "3\n78")],
            &["shop: rows public.t 3 rows, as many as before, and not the same"],
        );
    }

    #[test]
    fn the_same_change_of_rows_is_known_again_whatever_rows_there_were() {
        let change = |was: [&str; 2], is: [&str; 2], columns: &str| {
            let lines = |it: [&str; 2]| it.map(str::to_owned).to_vec();
            super::other_rows(&lines(was), &lines(is), vec![columns.to_owned()]).change
        };
        let one = change(["2", "70"], ["3", "-5"], "a");
        assert!(one.is_like(&change(["9", "100"], ["10", "25"], "a")));
        assert!(!one.is_like(&change(["9", "100"], ["10", "26"], "a")));
        assert!(one.is_like(&change(["9", "100"], ["10", "26"], "a, b")));
        assert!(!one.is_like(&change(["9", "100"], ["11", "26"], "a, b")));
    }

    #[test]
    fn a_table_is_told_once_and_not_part_by_part() {
        let table = [
            ("table", "public.T", "CREATE"),
            ("rows", "public.\"T\"", "0\n0"),
            ("default", "public.T id", "x"),
            ("constraint", "public.T t_pkey", "x"),
            ("acl", "public.TABLE T", "x"),
        ];
        check(
            &[],
            &table,
            &["shop: table public.T was left behind + CREATE"],
        );
        check(
            &table[..2],
            &table,
            &[
                "shop: acl public.TABLE T was left behind + x",
                "shop: constraint public.T t_pkey was left behind + x",
                "shop: default public.T id was left behind + x",
            ],
        );
    }
}
