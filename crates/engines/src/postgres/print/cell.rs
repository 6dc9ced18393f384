//! One cell of a table as psql lays it out: lines and their widths, control characters made visible.
//! Source: `pg_wcsformat` in PostgreSQL's fe_utils/mbprint.c.

use unicode_width::UnicodeWidthChar;

use crate::postgres::visible;

/// Columns between tab stops.
const TAB_COLUMNS: usize = 8;

/// A line of a cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CellLine {
    pub(super) text: String,
    pub(super) columns: usize,
}

/// The width of a cell that is one line of plain characters; none for any other.
pub(super) fn plain_columns(text: &str) -> Option<usize> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Some(text.len());
    }
    let mut columns = 0;
    for character in text.chars() {
        if visible::acts(character) {
            return None;
        }
        columns += character.width()?;
    }
    Some(columns)
}

/// The lines of any cell; an empty one has one empty line.
pub(super) fn lines(text: &str) -> Vec<CellLine> {
    let mut lines = Vec::new();
    let mut line = CellLine {
        text: String::with_capacity(text.len()),
        columns: 0,
    };
    for character in text.chars() {
        match character {
            '\n' => {
                let next = CellLine {
                    text: String::new(),
                    columns: 0,
                };
                lines.push(std::mem::replace(&mut line, next));
            }
            '\t' => {
                let columns = TAB_COLUMNS - line.columns % TAB_COLUMNS;
                line.text.extend(std::iter::repeat_n(' ', columns));
                line.columns += columns;
            }
            _ => match character.width().filter(|_| !visible::acts(character)) {
                Some(columns) => {
                    line.text.push(character);
                    line.columns += columns;
                }
                None => {
                    let before = line.text.len();
                    visible::push_escaped(&mut line.text, character);
                    line.columns += line.text.len() - before;
                }
            },
        }
    }
    lines.push(line);
    lines
}

/// The width of the widest line.
pub(super) fn columns(text: &str) -> usize {
    plain_columns(text).unwrap_or_else(|| {
        lines(text)
            .iter()
            .map(|line| line.columns)
            .max()
            .unwrap_or_default()
    })
}
