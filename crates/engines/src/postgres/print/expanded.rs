//! A result in psql's expanded form, border 1: a record a row, a line a column. Widths are settled before the first record;
//! a wider cell after that is written as it is. Source: `print_aligned_vertical` in fe_utils/print.c.

use super::cell::{self, CellLine};

/// Records being written.
pub(super) struct Expanded {
    names: Vec<Vec<CellLine>>,
    name_columns: usize,
    cell_columns: usize,
    records: u64,
}

impl Expanded {
    /// Records of columns with these names, whose widest cell known has `cell_columns`.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>, cell_columns: usize) -> Self {
        let names: Vec<_> = names.map(cell::lines).collect();
        let widths = names.iter().flatten().map(|line| line.columns);
        Self {
            name_columns: widths.max().unwrap_or_default(),
            names,
            cell_columns,
            records: 0,
        }
    }

    /// Writes a row as a record.
    pub(super) fn record(&mut self, cells: &[Option<&str>], out: &mut String) {
        self.records += 1;
        self.write_rule(out);
        for (name, cell) in self.names.iter().zip(cells) {
            let lines = cell::lines(cell.unwrap_or_default());
            for line in 0..name.len().max(lines.len()) {
                self.write_name(name, line, out);
                out.push('|');
                if let Some(text) = lines.get(line) {
                    out.push(' ');
                    out.push_str(&text.text);
                    if line + 1 < lines.len() {
                        pad(out, self.cell_columns.saturating_sub(text.columns), ' ');
                        out.push('+');
                    }
                }
                out.push('\n');
            }
        }
    }

    fn write_name(&self, name: &[CellLine], line: usize, out: &mut String) {
        let Some(text) = name.get(line) else {
            return pad(out, self.name_columns + 1, ' ');
        };
        out.push_str(&text.text);
        pad(out, self.name_columns - text.columns, ' ');
        out.push(if line + 1 < name.len() { '+' } else { ' ' });
    }

    /// `-[ RECORD 1 ]-+-----`: the rule with its crossing, as far as the words leave it visible.
    fn write_rule(&self, out: &mut String) {
        let words = format!("-[ RECORD {} ]", self.records);
        let crossing = self.name_columns + 1;
        let columns = self.name_columns + 3 + self.cell_columns;
        let written = words.len();
        out.push_str(&words);
        for column in written..columns {
            out.push(if column == crossing { '+' } else { '-' });
        }
        out.push('\n');
    }
}

fn pad(out: &mut String, count: usize, with: char) {
    out.extend(std::iter::repeat_n(with, count));
}
