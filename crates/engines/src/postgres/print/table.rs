//! A result as psql's table, border 1: aligned, or expanded where that would be too wide. Column widths come from the first rows, up to
//! [`MEASURED_ROWS_MAX`] or [`MEASURED_BYTES_MAX`]; later rows are written as they come, and a wider cell there
//! pushes its row apart. Up to that limit the bytes are psql's. Source: `print_aligned_text` in fe_utils/print.c.

use super::cell::{self, CellLine};
use super::expanded::Expanded;

/// Rows that are kept to measure columns.
pub(crate) const MEASURED_ROWS_MAX: usize = 1_000;
/// Bytes of cells that are kept to measure columns.
pub(crate) const MEASURED_BYTES_MAX: usize = 1024 * 1024;

/// A table that is wider than this is shown expanded, as `\\x auto` does on a terminal of so many columns. It is the same
/// whoever looks, so that a run's output does not depend on a terminal.
const ALIGNED_COLUMNS_MAX: usize = 200;

/// The types psql aligns to the right, by oid: int8, int2, int4, oid, xid, cid, float4, float8, money, numeric, xid8.
const NUMERIC_TYPES: [u32; 11] = [20, 21, 23, 26, 28, 29, 700, 701, 790, 1700, 5069];

/// A table being written. Dropping it unfinished leaves out what waits, as psql shows nothing of a result that failed.
pub(crate) struct Table {
    columns: Vec<Column>,
    /// Cells that wait until the widths are settled, row by row; none once they are.
    waiting: Option<Vec<Option<String>>>,
    waiting_rows: usize,
    waiting_bytes: usize,
    rows: u64,
    /// The width of the widest cell that was measured.
    widest: usize,
    /// The records that are written instead, once it is settled that they are.
    expanded: Option<Expanded>,
}

struct Column {
    name: String,
    right: bool,
    columns: usize,
}

impl Table {
    /// A table of columns with these names and type oids.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>, types: &[u32]) -> Self {
        let columns = names
            .enumerate()
            .map(|(index, name)| Column {
                name: name.to_owned(),
                right: types
                    .get(index)
                    .is_some_and(|oid| NUMERIC_TYPES.contains(oid)),
                columns: cell::columns(name),
            })
            .collect();
        Self {
            columns,
            waiting: Some(Vec::new()),
            waiting_rows: 0,
            waiting_bytes: 0,
            rows: 0,
            widest: 0,
            expanded: None,
        }
    }

    /// Adds a row; NULL is `None` and shown as nothing.
    pub(crate) fn row(&mut self, cells: &[Option<&str>], out: &mut String) {
        self.rows += 1;
        let Some(waiting) = &mut self.waiting else {
            return self.write(cells, out);
        };
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            let text = cell.unwrap_or_default();
            let columns = cell::columns(text);
            column.columns = column.columns.max(columns);
            self.widest = self.widest.max(columns);
            self.waiting_bytes += text.len();
        }
        waiting.extend(cells.iter().map(|cell| cell.map(str::to_owned)));
        self.waiting_rows += 1;
        if self.waiting_rows >= MEASURED_ROWS_MAX || self.waiting_bytes >= MEASURED_BYTES_MAX {
            self.settle(out);
        }
    }

    /// Writes what waits, and the count of rows.
    pub(crate) fn finish(mut self, out: &mut String) {
        self.settle(out);
        out.push_str(&match (self.rows, &self.expanded) {
            (1.., Some(_)) => "\n".to_owned(),
            (1, None) => "(1 row)\n\n".to_owned(),
            (rows, _) => format!("({rows} rows)\n\n"),
        });
    }

    fn settle(&mut self, out: &mut String) {
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        if self.is_too_wide() {
            let names = self.columns.iter().map(|column| column.name.as_str());
            self.expanded = Some(Expanded::new(names, self.widest));
        } else {
            self.write_header(out);
        }
        if self.columns.is_empty() {
            return;
        }
        for row in waiting.chunks(self.columns.len()) {
            let cells: Vec<_> = row.iter().map(Option::as_deref).collect();
            self.write(&cells, out);
        }
    }

    /// A single column would not become narrower.
    fn is_too_wide(&self) -> bool {
        let cells: usize = self.columns.iter().map(|column| column.columns).sum();
        let count = self.columns.len();
        count > 1 && cells + count * 3 - 1 > ALIGNED_COLUMNS_MAX
    }

    fn write(&mut self, cells: &[Option<&str>], out: &mut String) {
        match &mut self.expanded {
            Some(expanded) => expanded.record(cells, out),
            None => self.write_row(cells, out),
        }
    }

    fn write_header(&self, out: &mut String) {
        let names: Vec<_> = self
            .columns
            .iter()
            .map(|column| cell::lines(&column.name))
            .collect();
        let height = names.iter().map(Vec::len).max().unwrap_or_default();
        let last = self.columns.len().saturating_sub(1);
        for line in 0..height {
            for (index, (column, lines)) in self.columns.iter().zip(&names).enumerate() {
                out.push(' ');
                match lines.get(line) {
                    Some(text) => {
                        let space = column.columns - text.columns;
                        pad(out, space / 2);
                        out.push_str(&text.text);
                        pad(out, space.div_ceil(2));
                    }
                    None => pad(out, column.columns),
                }
                out.push(if line + 1 < lines.len() { '+' } else { ' ' });
                if index < last {
                    out.push('|');
                }
            }
            out.push('\n');
        }
        out.push('-');
        for (index, column) in self.columns.iter().enumerate() {
            out.extend(std::iter::repeat_n('-', column.columns));
            if index < last {
                out.push_str("-+-");
            }
        }
        out.push_str("-\n");
    }

    fn write_row(&self, cells: &[Option<&str>], out: &mut String) {
        let start = out.len();
        let last = self.columns.len().saturating_sub(1);
        for (index, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let text = cell.unwrap_or_default();
            let Some(width) = cell::plain_columns(text) else {
                out.truncate(start);
                return self.write_tall_row(cells, out);
            };
            let space = column.columns.saturating_sub(width);
            out.push(' ');
            if column.right {
                pad(out, space);
            }
            out.push_str(text);
            if index < last {
                if !column.right {
                    pad(out, space);
                }
                out.push_str(" |");
            }
        }
        if !self.columns.is_empty() {
            out.push('\n');
        }
    }

    fn write_tall_row(&self, cells: &[Option<&str>], out: &mut String) {
        let cells: Vec<Vec<CellLine>> = cells
            .iter()
            .map(|cell| cell::lines(cell.unwrap_or_default()))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        let last = self.columns.len().saturating_sub(1);
        for line in 0..height {
            for (index, (column, lines)) in self.columns.iter().zip(&cells).enumerate() {
                let continues = line + 1 < lines.len();
                let padded = index < last || (continues && !column.right);
                out.push(' ');
                match lines.get(line) {
                    Some(text) => {
                        let space = column.columns.saturating_sub(text.columns);
                        if column.right {
                            pad(out, space);
                        }
                        out.push_str(&text.text);
                        if padded && !column.right {
                            pad(out, space);
                        }
                    }
                    None if index < last => pad(out, column.columns),
                    None => {}
                }
                match continues {
                    true => out.push('+'),
                    false if index < last => out.push(' '),
                    false => {}
                }
                if index < last {
                    out.push('|');
                }
            }
            out.push('\n');
        }
    }
}

fn pad(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}
