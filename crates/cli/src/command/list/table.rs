//! Text in columns, for terminals and pipes. Does not wrap: a terminal does that better than we do.

use unicode_width::UnicodeWidthStr as _;

/// The space between two columns.
const GAP: usize = 2;

/// Rows under a header, with lines of their own between them. Columns without any text are left out.
pub(in crate::command) struct Table {
    header: Vec<&'static str>,
    lines: Vec<Line>,
}

enum Line {
    Row(Vec<String>),
    Free(String),
}

impl Table {
    /// An empty one. A header that begins with `>` stands for a column of numbers.
    pub(in crate::command) fn new(header: &[&'static str]) -> Self {
        Self {
            header: header.to_vec(),
            lines: Vec::new(),
        }
    }

    /// Adds a row with a cell for each column.
    pub(in crate::command) fn row(&mut self, cells: Vec<String>) {
        self.lines.push(Line::Row(cells));
    }

    /// Adds a line that belongs to no column.
    pub(in crate::command) fn free(&mut self, text: String) {
        self.lines.push(Line::Free(text));
    }

    /// The whole of it, each row indented by `indent`.
    pub(in crate::command) fn text(&self, indent: usize) -> String {
        let widths = self.widths();
        let mut text = String::new();
        let header: Vec<&str> = self
            .header
            .iter()
            .map(|name| name.trim_start_matches('>'))
            .collect();
        self.write(&mut text, indent, &widths, &header);
        for line in &self.lines {
            match line {
                Line::Free(free) => {
                    text.push_str(free);
                    text.push('\n');
                }
                Line::Row(cells) => {
                    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                    self.write(&mut text, indent, &widths, &cells);
                }
            }
        }
        text
    }

    /// The width of each column; none for one without text.
    fn widths(&self) -> Vec<Option<usize>> {
        let rows = || {
            self.lines.iter().filter_map(|line| match line {
                Line::Row(cells) => Some(cells),
                Line::Free(_) => None,
            })
        };
        let columns = self.header.iter().enumerate();
        columns
            .map(|(column, name)| {
                let widest = rows().map(|cells| cells[column].width()).max().unwrap_or(0);
                (widest > 0).then(|| widest.max(name.trim_start_matches('>').width()))
            })
            .collect()
    }

    fn write(&self, text: &mut String, indent: usize, widths: &[Option<usize>], cells: &[&str]) {
        let mut line = " ".repeat(indent);
        for ((cell, width), name) in cells.iter().zip(widths).zip(&self.header) {
            let Some(width) = width else { continue };
            let space = " ".repeat(width.saturating_sub(cell.width()));
            match name.starts_with('>') {
                true => line.extend([space.as_str(), cell]),
                false => line.extend([*cell, space.as_str()]),
            }
            line.push_str(&" ".repeat(GAP));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_empty_ones_are_left_out() {
        let mut table = Table::new(&[">n", "name", "none", "end"]);
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        table.row(row(["1", "表", "", "x"]));
        table.free("between".to_owned());
        table.row(row(["10", "a", "", ""]));
        let expected = "   n  name  end\n   1  表    x\nbetween\n  10  a\n";
        assert_eq!(table.text(2), expected);
    }
}
