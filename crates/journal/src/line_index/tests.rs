//! The index stays small and right.

use stepmark_core::output::OutputLength;

use super::{ENTRIES_MAX, LineIndex, LineStart};

#[test]
fn a_full_index_forgets_every_second_entry_and_finds_lines_still() {
    let mut index = LineIndex {
        stride: 1,
        ..LineIndex::default()
    };
    let lines = 5 * ENTRIES_MAX as u64;
    for _ in 0..lines {
        index.add(b"line\n");
        assert!(index.entries.len() < ENTRIES_MAX);
    }
    assert_eq!(
        index.length(),
        OutputLength {
            bytes: 5 * lines,
            lines
        }
    );
    for line in (0..lines).step_by(997) {
        let known = index.around(&(line..line + 50));
        assert!(known[0].line <= line && line - known[0].line <= 2 * index.stride);
        assert!(known.iter().all(|start| start.offset == 5 * start.line));
        assert!(known.windows(2).all(|pair| pair[0].line < pair[1].line));
    }
}

#[test]
fn an_empty_index_knows_where_the_first_line_begins() {
    let index = LineIndex::default();
    assert_eq!(index.length(), OutputLength::default());
    assert_eq!(index.around(&(7..9)), [LineStart { line: 0, offset: 0 }]);
}

#[test]
fn an_entry_stands_at_the_first_line_after_each_stride() {
    let mut index = LineIndex {
        stride: 10,
        ..LineIndex::default()
    };
    index.add(b"0123");
    index.add(b"4567\nabcd");
    index.add(b"efgh\n\n\nrest");
    assert_eq!(
        index.around(&(0..9)),
        [
            LineStart { line: 0, offset: 0 },
            LineStart {
                line: 2,
                offset: 18
            }
        ]
    );
    assert_eq!(
        index.length(),
        OutputLength {
            bytes: 24,
            lines: 5
        }
    );
}
