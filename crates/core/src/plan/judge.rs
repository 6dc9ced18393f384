//! Sees a SQL result go by and says whether an expectation was met. Keeps a few rows at most, and does not compare
//! the results of two steps.

use super::expectation::{quoted, shortened};
use super::{Expectation, Finding, Pattern};

/// Sees a SQL result row by row and says at the end whether the expectation was met.
#[derive(Clone, Debug)]
pub struct Judge {
    rule: Rule,
    results: u64,
    rows: u64,
    /// The rows that speak against the expectation, or for it where one is enough; at most [`ROWS_SHOWN_MAX`].
    noted: Vec<Noted>,
    /// How many speak against it, those that are not kept included.
    against: u64,
    columns: usize,
}

#[derive(Clone, Debug)]
enum Rule {
    Holds,
    Empty,
    Rows,
    Equals(String),
    Matches(Pattern),
    OfAnotherStep,
}

#[derive(Clone, Debug)]
struct Noted {
    number: u64,
    text: Option<String>,
    /// What stands behind the first cell, for a row whose first cell is the verdict.
    rest: String,
}

/// So many rows are shown in a finding.
const ROWS_SHOWN_MAX: usize = 3;

impl Judge {
    /// A judge that has seen nothing yet. One for [`Expectation::SameAs`] finds the expectation missed.
    pub fn new(expectation: &Expectation) -> Self {
        let rule = match expectation {
            Expectation::Holds => Rule::Holds,
            Expectation::Empty => Rule::Empty,
            Expectation::Rows => Rule::Rows,
            Expectation::Equals(text) => Rule::Equals(text.clone()),
            Expectation::Matches(pattern) => Rule::Matches(pattern.clone()),
            Expectation::SameAs(_) => Rule::OfAnotherStep,
        };
        Self {
            rule,
            results: 0,
            rows: 0,
            noted: Vec::new(),
            against: 0,
            columns: 0,
        }
    }

    /// A new result set begins; only the last one counts.
    pub fn result_begins(&mut self) {
        self.results += 1;
        self.rows = 0;
        self.noted.clear();
        self.against = 0;
        self.columns = 0;
    }

    /// A row of the current result, as the texts of its cells; `None` is NULL.
    pub fn row(&mut self, cells: &[Option<&str>]) {
        self.rows += 1;
        self.columns = cells.len();
        let first = cells.first().copied().flatten();
        match &self.rule {
            Rule::Holds if !first.is_some_and(is_true) => {
                self.note_with(first.map(shown), joined(cells.get(1..).unwrap_or_default()));
            }
            Rule::Empty => self.note(Some(joined(cells))),
            Rule::Equals(text) if self.rows > 1 || first != Some(text) => {
                self.note(first.map(shown));
            }
            Rule::Matches(pattern) if self.against == 0 => {
                let found = cells.iter().flatten().find(|cell| pattern.is_in(cell));
                if let Some(cell) = found {
                    self.note(Some(shown(cell)));
                }
            }
            Rule::Holds | Rule::Rows | Rule::Equals(_) | Rule::Matches(_) | Rule::OfAnotherStep => {
            }
        }
    }

    /// The verdict on what was seen.
    pub fn finding(&self) -> Finding {
        if self.results == 0 {
            return Finding::missed("the step returned no result");
        }
        match &self.rule {
            Rule::Holds => self.holds(),
            Rule::Empty if self.rows == 0 => Finding::met("the last result has no row"),
            Rule::Empty => Finding::missed(format!(
                "the last result has {}: {}",
                rows(self.rows),
                self.listed()
            )),
            Rule::Rows | Rule::Equals(_) | Rule::Matches(_) if self.rows == 0 => {
                Finding::missed("the last result has no row")
            }
            Rule::Rows => Finding::met(format!("the last result has {}", rows(self.rows))),
            Rule::Equals(text) => self.equals(text),
            Rule::Matches(pattern) => match self.noted.first() {
                Some(Noted { number, text, .. }) => Finding::met(format!(
                    "row {number} matches: {}",
                    in_quotes(text.as_deref().unwrap_or_default())
                )),
                None => Finding::missed(format!(
                    "/{}/ matches nowhere in {}",
                    shortened(pattern.text()),
                    rows(self.rows)
                )),
            },
            Rule::OfAnotherStep => Finding::missed("the rows of two steps are not compared"),
        }
    }

    fn note(&mut self, text: Option<String>) {
        self.note_with(text, String::new());
    }

    fn note_with(&mut self, text: Option<String>, rest: String) {
        self.against += 1;
        if self.noted.len() < ROWS_SHOWN_MAX {
            self.noted.push(Noted {
                number: self.rows,
                text,
                rest,
            });
        }
    }

    fn holds(&self) -> Finding {
        match (self.noted.first(), self.rows) {
            (_, 0) => Finding::missed("the last result has no row"),
            (None, 1) => Finding::met("the row is true"),
            (None, rows) => Finding::met(format!("all {rows} rows are true")),
            (Some(Noted { number, text, rest }), _) => {
                let value = text.as_deref().map_or_else(|| "NULL".to_owned(), in_quotes);
                let told = match rest.as_str() {
                    "" => String::new(),
                    rest => format!(": {rest}"),
                };
                let more = match self.against - 1 {
                    0 => String::new(),
                    more => format!(" (and {more} more)"),
                };
                Finding::missed(format!("row {number} is {value}, not true{told}{more}"))
            }
        }
    }

    fn equals(&self, text: &str) -> Finding {
        if self.rows > 1 || self.columns != 1 {
            return Finding::missed(format!(
                "the last result has {} of {} columns, not one cell",
                rows(self.rows),
                self.columns
            ));
        }
        match self.noted.first() {
            None => Finding::met(format!("the cell is {}", quoted(text))),
            Some(Noted { text: None, .. }) => {
                Finding::missed(format!("the cell is NULL, not {}", quoted(text)))
            }
            Some(Noted {
                text: Some(value), ..
            }) => Finding::missed(format!(
                "the cell is {}, not {}",
                in_quotes(value),
                quoted(text)
            )),
        }
    }

    /// The noted rows, and how many more there are.
    fn listed(&self) -> String {
        let shown: Vec<String> = self
            .noted
            .iter()
            .map(|row| in_quotes(row.text.as_deref().unwrap_or("NULL")))
            .collect();
        let more = self.against - shown.len() as u64;
        match more {
            0 => shown.join(", "),
            more => format!("{}, and {more} more", shown.join(", ")),
        }
    }
}

/// A kept cell, cut already.
fn in_quotes(kept: &str) -> String {
    format!("\u{201c}{kept}\u{201d}")
}

fn rows(count: u64) -> String {
    match count {
        1 => "1 row".to_owned(),
        count => format!("{count} rows"),
    }
}

/// As much of a cell as is kept; the mark says that there was more.
fn shown(cell: &str) -> String {
    let shown = shortened(cell);
    match shown.len() < cell.len() {
        true => format!("{shown}…"),
        false => shown.to_owned(),
    }
}

fn joined(cells: &[Option<&str>]) -> String {
    let mut text = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push_str(" | ");
        }
        text.push_str(shortened(cell.unwrap_or("NULL")));
        if shortened(&text).len() < text.len() {
            break;
        }
    }
    shown(&text)
}

/// PostgreSQL prints a true boolean as `t`; text columns that spell it out count too (boolin's full forms).
fn is_true(text: &str) -> bool {
    matches!(
        text.trim(),
        "t" | "true" | "TRUE" | "True" | "yes" | "on" | "1"
    )
}

#[cfg(test)]
mod tests;
