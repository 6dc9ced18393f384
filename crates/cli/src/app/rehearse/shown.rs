//! What a person sees while a rehearsal goes on: a line a step, and what differs. Plain text where nobody looks.

use std::io::{IsTerminal as _, Write as _};

use stepmark_core::StepId;
use stepmark_core::record::Comparison;
use stepmark_engines::sanitize::sanitize;

use crate::colour::{BAD, DIM, DOUBT, GOOD, PLAIN};

/// Ids are lined up by so many columns at most.
const ID_COLUMNS_MAX: usize = 40;
/// So many lines of what a failed step printed are shown.
const PRINTED_LINES_MAX: usize = 8;

/// Prints a rehearsal as it goes on.
pub(super) struct Shown {
    /// Whether stdout is for the result alone, and everything else goes to stderr.
    is_apart: bool,
    /// Whether the line under way can be written over.
    is_terminal: bool,
    columns: usize,
    /// The line under way, not ended yet.
    under_way: Option<String>,
}

impl Shown {
    /// For steps with these ids.
    pub(super) fn new<'a>(is_apart: bool, ids: impl Iterator<Item = &'a StepId>) -> Self {
        let longest = ids.map(|id| id.as_str().chars().count()).max().unwrap_or(0);
        let is_terminal = match is_apart {
            true => std::io::stderr().is_terminal(),
            false => std::io::stdout().is_terminal(),
        };
        Self {
            is_apart,
            is_terminal,
            columns: longest.min(ID_COLUMNS_MAX),
            under_way: None,
        }
    }

    /// Something before or between the steps.
    pub(super) fn say(&mut self, text: &str) {
        self.print(&sanitize(text));
    }

    /// What comes now.
    pub(super) fn heading(&mut self, text: &str) {
        self.print(&sanitize(&format!("\n{text}\n")));
    }

    /// A step has begun.
    pub(super) fn begins(&mut self, place: &str, id: &StepId) {
        let line = self.line(place, id);
        if self.is_terminal {
            self.print(&format!("{line}  {DIM}…{PLAIN}"));
        }
        self.under_way = Some(line);
    }

    /// It did what it should.
    pub(super) fn done(&mut self, place: &str, id: &StepId, how: &str) {
        let line = self.begun(place, id);
        self.print(&format!("{line}  {}\n", sanitize(how)));
    }

    /// It took so long; what it came to follows.
    pub(super) fn took(&mut self, took: &str) {
        let line = self.under_way.take().unwrap_or_default();
        self.under_way = Some(format!("{line}  {took:>8}"));
    }

    /// It did not.
    pub(super) fn failed(&mut self, place: &str, id: &StepId, why: &str, printed: &str) {
        let line = self.begun(place, id);
        self.print(&format!("{line}  {BAD}FAILED{PLAIN}: {}\n", sanitize(why)));
        let printed = sanitize(printed);
        let lines: Vec<&str> = printed.lines().collect();
        for line in &lines[lines.len().saturating_sub(PRINTED_LINES_MAX)..] {
            self.print(&format!("      {line}\n"));
        }
    }

    /// What a comparison after an undo found; unless it `is_last`, earlier undos may still take away what it left.
    pub(super) fn compared(&mut self, id: &StepId, comparison: &Comparison, is_last: bool) {
        let line = self.begun("undo", id);
        match comparison.is_same() {
            true => self.print(&format!(
                "{line}  {GOOD}everything is as before it{PLAIN}\n"
            )),
            false => {
                let words = match is_last {
                    true => format!("{BAD}NOT everything is as before it{PLAIN}"),
                    false => format!("{DOUBT}not everything is as before it yet{PLAIN}"),
                };
                self.print(&format!("{line}  {words}\n"));
                self.differences(comparison);
            }
        }
    }

    /// What the comparison with the beginning found.
    pub(super) fn everything(&mut self, comparison: &Comparison) {
        let (databases, tables) = (comparison.databases, comparison.tables);
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        let size = format!(
            "{databases} database{}, {tables} table{}, roles, settings, slots",
            plural(databases),
            plural(tables)
        );
        match comparison.is_same() {
            true => self.print(&format!("  {GOOD}all is as it was{PLAIN} ({size})\n")),
            false => {
                self.print(&format!("  {BAD}NOT all is as it was{PLAIN} ({size})\n"));
                self.differences(comparison);
            }
        }
        for note in &comparison.notes {
            self.note(&format!("note: {note}"));
        }
    }

    /// Something worth a line.
    pub(super) fn note(&mut self, text: &str) {
        self.print(&format!("  {DIM}{}{PLAIN}\n", sanitize(text)));
    }

    /// Something that does not hold.
    pub(super) fn trouble(&mut self, text: &str) {
        if self.under_way.take().is_some() {
            self.print("\n");
        }
        self.print(&format!("  {BAD}{}{PLAIN}\n", sanitize(text)));
    }

    fn differences(&mut self, comparison: &Comparison) {
        for difference in &comparison.differences {
            let by: Vec<&str> = difference.left_by.iter().map(StepId::as_str).collect();
            let by = match by.as_slice() {
                [] => String::new(),
                steps => format!(" ({})", steps.join(", ")),
            };
            let what = format!("      {} {}{by}\n", difference.place, difference.what);
            self.print(&sanitize(&what));
            for line in &difference.lines {
                self.print(&sanitize(&format!("        {line}\n")));
            }
        }
        if comparison.more > 0 {
            self.print(&format!("      and {} more\n", comparison.more));
        }
    }

    fn line(&self, place: &str, id: &StepId) -> String {
        format!("  {place:>6}  {:width$}", id.as_str(), width = self.columns)
    }

    /// The line under way, written over; else a new one.
    fn begun(&mut self, place: &str, id: &StepId) -> String {
        match self.under_way.take() {
            Some(line) if self.is_terminal => format!("\r\x1b[K{line}"),
            Some(line) => line,
            None => self.line(place, id),
        }
    }

    fn print(&self, text: &str) {
        // That nobody reads it any more stops nothing: it is all on record.
        let _ = match self.is_apart {
            true => anstream::stderr().lock().write_all(text.as_bytes()),
            false => {
                let mut out = anstream::stdout().lock();
                out.write_all(text.as_bytes()).and_then(|()| out.flush())
            }
        };
    }
}
