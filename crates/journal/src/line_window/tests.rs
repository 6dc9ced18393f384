//! A window costs what it shows, not what lies between.

use std::cell::Cell;
use std::io;

use super::{ReadAt, lines};
use crate::line_index::LineIndex;

struct Counted<'a> {
    text: &'a [u8],
    bytes: Cell<usize>,
}

impl ReadAt for Counted<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let taken = self.text.read_at(buffer, offset)?;
        self.bytes.set(self.bytes.get() + taken);
        Ok(taken)
    }
}

#[test]
fn endless_lines_are_jumped_over() {
    let text = format!("{0}\nnext\n{0}\nlast\n", "x".repeat(10 << 20));
    let mut index = LineIndex::default();
    index.add(text.as_bytes());
    let counted = Counted {
        text: text.as_bytes(),
        bytes: Cell::new(0),
    };
    let range = 0..9;
    let found = lines(&counted, index.length(), &index.around(&range), &range, 5).unwrap();
    assert_eq!(found, ["xxxxx", "next", "xxxxx", "last"]);
    assert!(counted.bytes.get() <= 400 * 1024, "{}", counted.bytes.get());
}

#[test]
fn a_source_that_gives_little_at_a_time_is_read_to_its_end() {
    struct Slow<'a>(&'a [u8]);
    impl ReadAt for Slow<'_> {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            let few = buffer.len().min(3);
            self.0.read_at(&mut buffer[..few], offset)
        }
    }
    let text = "first line\nsecond \u{20ac}\u{20ac}\nthird";
    let mut index = LineIndex::default();
    index.add(text.as_bytes());
    let range = 0..3;
    let found = lines(
        &Slow(text.as_bytes()),
        index.length(),
        &index.around(&range),
        &range,
        11,
    );
    assert_eq!(found.unwrap(), ["first line", "second \u{20ac}", "third"]);
}
