//! Byte offsets to lines and columns.

use stepmark_core::plan::Position;

use crate::BYTE_ORDER_MARK;

/// Where the lines of some sources, which stand in one row, start.
pub(crate) struct LineIndex<'a> {
    source: &'a str,
    starts: Vec<usize>,
    /// For each source where it starts, and how many lines are before it; at least one.
    files: Vec<(usize, usize)>,
}

impl<'a> LineIndex<'a> {
    /// The lines of the sources that start at `files` of `source`, rising, the first at 0.
    pub(crate) fn new(source: &'a str, files: impl IntoIterator<Item = usize>) -> Self {
        let newlines = source.bytes().filter(|byte| *byte == b'\n').count();
        let mut starts = Vec::with_capacity(newlines + 1);
        starts.push(0);
        for (at, byte) in source.bytes().enumerate() {
            if byte == b'\n' {
                starts.push(at + 1);
            }
        }
        let files = files
            .into_iter()
            .map(|start| (start, starts.partition_point(|&line| line < start)))
            .collect();
        Self {
            source,
            starts,
            files,
        }
    }

    /// The line and column of the byte at `offset`; the end of the source for offsets beyond it.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let offset = self.source.floor_char_boundary(offset);
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.text_start(self.starts[line - 1]);
        let columns = self.source[start..offset.max(start)].chars().count();
        Position {
            line: u32::try_from(line - self.lines_before(offset)).unwrap_or(u32::MAX),
            column: u32::try_from(columns + 1).unwrap_or(u32::MAX),
        }
    }

    /// The positions of `offsets`, which rise, without counting any character twice.
    pub(crate) fn positions(&self, offsets: impl IntoIterator<Item = usize>) -> Vec<Position> {
        /// How far was counted, on a line that ends before `next`.
        struct Counted {
            to: usize,
            next: usize,
            position: Position,
        }
        let mut last: Option<Counted> = None;
        offsets
            .into_iter()
            .map(|offset| {
                let end = self.source.floor_char_boundary(offset);
                let counted = match last.take() {
                    Some(before) if offset < before.next => {
                        let to = end.max(before.to);
                        let columns = self.source[before.to..to].chars().count();
                        let columns = u32::try_from(columns).unwrap_or(u32::MAX);
                        let position = Position {
                            column: before.position.column.saturating_add(columns),
                            ..before.position
                        };
                        Counted {
                            to,
                            position,
                            ..before
                        }
                    }
                    _ => {
                        let line = self.starts.partition_point(|&start| start <= end);
                        Counted {
                            to: end.max(self.text_start(self.starts[line - 1])),
                            next: self.starts.get(line).copied().unwrap_or(usize::MAX),
                            position: self.position(offset),
                        }
                    }
                };
                let position = counted.position;
                last = Some(counted);
                position
            })
            .collect()
    }

    /// `line_start`, behind the byte order mark if a source starts with one there: it is no character of the line.
    fn text_start(&self, line_start: usize) -> usize {
        let is_first = || {
            self.files
                .binary_search_by_key(&line_start, |(start, _)| *start)
        };
        match self.source[line_start..].starts_with(BYTE_ORDER_MARK) && is_first().is_ok() {
            true => line_start + BYTE_ORDER_MARK.len_utf8(),
            false => line_start,
        }
    }

    /// The lines of the sources before the one that holds `offset`.
    fn lines_before(&self, offset: usize) -> usize {
        let after = self.files.partition_point(|(start, _)| *start <= offset);
        self.files[after - 1].1
    }

    /// Where the line that holds `offset` ends, its line end excluded.
    pub(crate) fn line_end(&self, offset: usize) -> usize {
        let line = self.starts.partition_point(|&start| start <= offset);
        let next = self
            .starts
            .get(line)
            .map_or(self.source.len(), |&start| start - 1);
        if next > offset && self.source.as_bytes().get(next - 1) == Some(&b'\r') {
            next - 1
        } else {
            next
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each offset, alone and with the others, stands where it says.
    #[track_caller]
    fn check<const N: usize>(index: &LineIndex<'_>, cases: [(usize, u32, u32); N]) {
        let offsets = cases.map(|(offset, ..)| offset);
        let expected = cases.map(|(_, line, column)| Position { line, column });
        assert_eq!(offsets.map(|offset| index.position(offset)), expected);
        assert_eq!(index.positions(offsets), expected);
    }

    #[test]
    fn columns_count_characters_and_lines_end_at_newlines() {
        let source = "\u{feff}äb\r\nc\n\nd";
        let index = LineIndex::new(source, [0]);
        let cases = [
            (0, 1, 1),
            (3, 1, 1),
            (4, 1, 1),
            (5, 1, 2),
            (6, 1, 3),
            (7, 1, 4),
            (8, 2, 1),
            (9, 2, 2),
            (10, 3, 1),
            (11, 4, 1),
            (12, 4, 2),
            (99, 4, 2),
        ];
        check(&index, cases);
        assert_eq!(
            [0, 3, 8, 10, 11].map(|offset| index.line_end(offset)),
            [6, 6, 9, 10, 12]
        );
    }

    #[test]
    fn every_source_of_a_row_has_lines_of_its_own() {
        let row = "a\nb\n\n\u{feff}c\nd\n";
        let starts = [0, 4, 5];
        assert_eq!(&row[5..], "\u{feff}c\nd\n");
        let index = LineIndex::new(row, starts);
        let cases = [
            (0, 1, 1),
            (2, 2, 1),
            (3, 2, 2),
            (4, 1, 1),
            (5, 1, 1),
            (8, 1, 1),
            (9, 1, 2),
            (10, 2, 1),
        ];
        check(&index, cases);
    }
}
