//! Byte offsets to lines and columns.

use stepmark_core::plan::Position;

/// Where the lines of a source start.
pub(crate) struct LineIndex<'a> {
    source: &'a str,
    starts: Vec<usize>,
    /// Its length; it is no character of the first line.
    byte_order_mark: usize,
}

impl<'a> LineIndex<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        let newlines = source.bytes().filter(|byte| *byte == b'\n').count();
        let mut starts = Vec::with_capacity(newlines + 1);
        starts.push(0);
        for (at, byte) in source.bytes().enumerate() {
            if byte == b'\n' {
                starts.push(at + 1);
            }
        }
        Self {
            source,
            starts,
            byte_order_mark: if source.starts_with('\u{feff}') { 3 } else { 0 },
        }
    }

    /// The line and column of the byte at `offset`; the end of the source for offsets beyond it.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let offset = self.source.floor_char_boundary(offset);
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts[line - 1].max(self.byte_order_mark);
        let columns = self.source[start..offset.max(start)].chars().count();
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(columns + 1).unwrap_or(u32::MAX),
        }
    }

    /// The positions of `offsets`, which rise, without counting any character twice.
    pub(crate) fn positions(&self, offsets: impl IntoIterator<Item = usize>) -> Vec<Position> {
        let mut last: Option<(usize, Position)> = None;
        offsets
            .into_iter()
            .map(|offset| {
                let position = match last {
                    Some((before, position))
                        if self
                            .starts
                            .get(position.line as usize)
                            .is_none_or(|&next| offset < next) =>
                    {
                        let between = &self.source
                            [before..self.source.floor_char_boundary(offset).max(before)];
                        let columns = u32::try_from(between.chars().count()).unwrap_or(u32::MAX);
                        Position {
                            column: position.column.saturating_add(columns),
                            ..position
                        }
                    }
                    _ => self.position(offset),
                };
                let counted = self
                    .source
                    .floor_char_boundary(offset)
                    .max(self.byte_order_mark);
                last = Some((counted, position));
                position
            })
            .collect()
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

    #[test]
    fn columns_count_characters_and_lines_end_at_newlines() {
        let source = "\u{feff}äb\r\nc\n\nd";
        let index = LineIndex::new(source);
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
        for (offset, line, column) in cases {
            assert_eq!(
                index.position(offset),
                Position { line, column },
                "{offset}"
            );
        }
        let offsets = cases.map(|(offset, ..)| offset);
        assert_eq!(
            index.positions(offsets),
            offsets.map(|offset| index.position(offset))
        );
        assert_eq!(
            [0, 3, 8, 10, 11].map(|offset| index.line_end(offset)),
            [6, 6, 9, 10, 12]
        );
    }
}
