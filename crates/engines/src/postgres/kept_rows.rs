//! The rows of a result, kept so that another step can be compared with them. Does not compare, and stops at 64 MiB.

/// The most that is kept, in bytes: the cells' texts with one to five bytes for each cell, and four for each row.
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Marks NULL where the length of a cell stands; lengths are one more.
const NULL: u32 = 0;

/// The rows of a step's last result. Beyond 64 MiB nothing more is kept, and [`Self::are_too_many`] says so; rows are
/// in one piece of memory, so that many small ones cost no more than their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptRows {
    columns: usize,
    /// All cells, each as its length (NULL is 0, others are one more) in groups of seven bits, and its text.
    cells: Vec<u8>,
    /// Where each row ends in `cells`.
    ends: Vec<u32>,
    too_many: bool,
    /// A value could not be read and is not what the server has.
    unreadable: bool,
}

impl KeptRows {
    /// None yet, of a result with so many columns.
    pub(crate) fn new(columns: usize) -> Self {
        Self {
            columns,
            ..Self::default()
        }
    }

    /// Adds a row; `None` is NULL. Once there are too many, none is kept at all.
    pub(crate) fn push(&mut self, cells: &[Option<&str>]) {
        if self.too_many {
            return;
        }
        for cell in cells {
            let text = cell.unwrap_or_default();
            let full = self.cells.len() + text.len() + self.ends.len() * 4 > BYTES_MAX;
            let length = u32::try_from(text.len()).ok().filter(|_| !full);
            let Some(length) = length else {
                *self = Self {
                    too_many: true,
                    ..Self::new(self.columns)
                };
                return;
            };
            push_number(&mut self.cells, cell.map_or(NULL, |_| length + 1));
            self.cells.extend_from_slice(text.as_bytes());
        }
        let end = u32::try_from(self.cells.len()).expect("fewer than 64 MiB are kept");
        self.ends.push(end);
    }

    /// A value could not be read, so that rows cannot be compared.
    pub(crate) fn note_unreadable(&mut self) {
        self.unreadable = true;
    }

    /// How many columns the result has.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many rows are kept.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no row is kept.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether there were too many rows to keep; then none is.
    pub fn are_too_many(&self) -> bool {
        self.too_many
    }

    /// Whether a value was not valid UTF-8 and is not kept as it is.
    pub fn are_unreadable(&self) -> bool {
        self.unreadable
    }

    /// The cells of a row; `None` is NULL.
    pub fn row(&self, index: usize) -> Vec<Option<&str>> {
        let mut rest = self.bytes(index);
        let mut cells = Vec::with_capacity(self.columns);
        while !rest.is_empty() {
            let (number, after) = take_number(rest);
            let length = number.saturating_sub(1) as usize;
            let (text, after) = after.split_at(length);
            let text = std::str::from_utf8(text).expect("cells are kept as text");
            cells.push((number != NULL).then_some(text));
            rest = after;
        }
        cells
    }

    /// A row as bytes that are equal only where rows are.
    pub(crate) fn bytes(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.cells[start as usize..self.ends[index] as usize]
    }
}

fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(0x80 | (number & 0x7f) as u8);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &[u8]) -> (u32, &[u8]) {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate() {
        number |= u32::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return (number, &bytes[at + 1..]);
        }
    }
    (number, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let long = "ä".repeat(10_000);
        let given: [&[Option<&str>]; 4] = [
            &[Some("a"), None],
            &[Some(""), Some(&long)],
            &[None, None],
            &[Some(&long[..126]), Some("b")],
        ];
        let mut rows = KeptRows::new(2);
        for row in given {
            rows.push(row);
        }
        assert_eq!((rows.len(), rows.columns()), (4, 2));
        for (index, row) in given.iter().enumerate() {
            assert_eq!(rows.row(index), *row);
        }
    }

    #[test]
    fn different_rows_have_different_bytes() {
        let mut rows = KeptRows::new(2);
        let given: [[Option<&str>; 2]; 5] = [
            [Some("ab"), Some("")],
            [Some("a"), Some("b")],
            [Some(""), Some("ab")],
            [None, Some("ab")],
            [Some("ab"), None],
        ];
        given.iter().for_each(|row| rows.push(row));
        let bytes: std::collections::BTreeSet<_> = (0..5).map(|index| rows.bytes(index)).collect();
        assert_eq!(bytes.len(), 5);
    }

    #[test]
    fn what_is_too_large_is_dropped_and_said() {
        let mebibyte = "x".repeat(1024 * 1024);
        let mut rows = KeptRows::new(1);
        for _ in 0..63 {
            rows.push(&[Some(&mebibyte)]);
        }
        assert!(!rows.are_too_many());
        rows.push(&[Some(&mebibyte)]);
        rows.push(&[Some("x")]);
        assert!(rows.are_too_many() && rows.is_empty());
        assert_eq!((rows.cells.capacity(), rows.columns()), (0, 1));
    }
}
