//! Compares the rows of two results as multisets, whatever their order. Does not run anything, and prints nothing.

use std::cmp::Ordering;
use std::fmt::Write as _;

use stepmark_core::plan::Finding;

use super::kept_rows::KeptRows;
use super::visible;

/// So many differing rows of each side are in a finding.
const FOUND_ROWS_MAX: usize = 3;
/// Rows in a finding are cut here, in bytes.
const FOUND_BYTES_MAX: usize = 200;
/// So many differing rows of each side are listed.
const LISTED_ROWS_MAX: usize = 100;
/// Rows in a list are cut here, in bytes.
const LISTED_BYTES_MAX: usize = 2_000;

/// How the rows of a step (here) compare with those of another (there).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// What was found, in a sentence.
    pub(crate) finding: Finding,
    /// The differing rows, a line each; empty where there are none.
    pub(crate) listed: String,
}

impl Comparison {
    /// Compares the rows of the last result here, none where there was no result, with those of the other step.
    pub(crate) fn of(here: Option<&KeptRows>, there: Option<&KeptRows>) -> Self {
        let without_rows = |met: bool, seen: String| Self {
            finding: Finding { met, seen },
            listed: String::new(),
        };
        let Some(here) = here else {
            return without_rows(false, "the step returned no result".to_owned());
        };
        let Some(there) = there else {
            return without_rows(false, "the step to compare with left no rows".to_owned());
        };
        if let Some(seen) = incomparable(here, there) {
            return without_rows(false, seen);
        }
        let (only_here, only_there) = differences(here, there);
        if only_here.is_empty() && only_there.is_empty() {
            return without_rows(
                true,
                match here.len() {
                    0 => "neither step has a row".to_owned(),
                    1 => "the row is the same".to_owned(),
                    rows => format!("the {rows} rows are the same"),
                },
            );
        }
        let sides = [(here, &only_here, "here"), (there, &only_there, "there")];
        let seen: Vec<String> = sides
            .iter()
            .filter(|(_, rows, _)| !rows.is_empty())
            .map(|(kept, rows, side)| found(kept, rows, side))
            .collect();
        let listed = sides
            .iter()
            .map(|(kept, rows, side)| listed(kept, rows, side))
            .collect();
        Self {
            finding: Finding {
                met: false,
                seen: seen.join("; "),
            },
            listed,
        }
    }
}

/// Why the rows cannot be compared one with another.
fn incomparable(here: &KeptRows, there: &KeptRows) -> Option<String> {
    if here.columns() != there.columns() {
        return Some(format!(
            "the result has {} here and {} there",
            counted(here.columns(), "column"),
            counted(there.columns(), "column")
        ));
    }
    for (kept, side) in [(here, "here"), (there, "there")] {
        if kept.are_too_many() {
            return Some(format!(
                "the result is larger {side} than the 64 MiB that are compared; compare counts and digests instead"
            ));
        }
        if kept.are_unreadable() {
            return Some(format!(
                "the result holds values {side} that are not valid UTF-8, or too large; compare their encode(value::bytea, 'hex')"
            ));
        }
    }
    None
}

/// The rows that only one side has, each as often as it has it more, in the order of their results.
fn differences(here: &KeptRows, there: &KeptRows) -> (Vec<usize>, Vec<usize>) {
    let sorted = |kept: &KeptRows| {
        let mut indexes: Vec<u32> = (0..kept.len())
            .map(|index| u32::try_from(index).expect("64 MiB hold fewer rows"))
            .collect();
        indexes.sort_by(|&one, &other| {
            let bytes = |index: u32| kept.bytes(index as usize);
            bytes(one).cmp(bytes(other))
        });
        indexes
    };
    let (ours, theirs) = (sorted(here), sorted(there));
    let (mut only_here, mut only_there) = (Vec::new(), Vec::new());
    let (mut our, mut their) = (0, 0);
    loop {
        let pair = (ours.get(our), theirs.get(their));
        let order = match pair {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(&one), Some(&other)) => here.bytes(one as usize).cmp(there.bytes(other as usize)),
        };
        if order == Ordering::Less {
            only_here.extend(pair.0.map(|&index| index as usize));
        }
        if order == Ordering::Greater {
            only_there.extend(pair.1.map(|&index| index as usize));
        }
        our += usize::from(order != Ordering::Greater);
        their += usize::from(order != Ordering::Less);
    }
    only_here.sort_unstable();
    only_there.sort_unstable();
    (only_here, only_there)
}

/// `2 rows only here: “a | b”, “c | d”`.
fn found(kept: &KeptRows, rows: &[usize], side: &str) -> String {
    let shown: Vec<String> = rows
        .iter()
        .take(FOUND_ROWS_MAX)
        .map(|&row| format!("\u{201c}{}\u{201d}", text(kept, row, FOUND_BYTES_MAX)))
        .collect();
    let more = match rows.len() - shown.len() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!(
        "{} only {side}: {}{more}",
        counted(rows.len(), "row"),
        shown.join(", ")
    )
}

fn listed(kept: &KeptRows, rows: &[usize], side: &str) -> String {
    let mut lines = String::new();
    for &row in rows.iter().take(LISTED_ROWS_MAX) {
        writeln!(lines, "only {side}: {}", text(kept, row, LISTED_BYTES_MAX))
            .expect("writing to a string does not fail");
    }
    if let Some(more) = rows.len().checked_sub(LISTED_ROWS_MAX).filter(|&it| it > 0) {
        writeln!(lines, "only {side}: {} more", counted(more, "row"))
            .expect("writing to a string does not fail");
    }
    lines
}

/// A row on one line, cut where it is long.
fn text(kept: &KeptRows, row: usize, bytes_max: usize) -> String {
    let mut text = String::new();
    for (at, cell) in kept.row(row).into_iter().enumerate() {
        if at > 0 {
            text.push_str(" | ");
        }
        let cell = cell.unwrap_or("NULL");
        text.push_str(&visible::line(
            &cell[..cell.floor_char_boundary(bytes_max + 1)],
        ));
        if text.len() > bytes_max {
            text.truncate(text.floor_char_boundary(bytes_max));
            text.push('…');
            break;
        }
    }
    text
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests;
