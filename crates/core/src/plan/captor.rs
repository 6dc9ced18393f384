//! Takes the values of `capture=` from a result as it goes by. Keeps one row or 64 KiB, and does not know which of them
//! are secret.

use super::expectation::quoted;

/// The most a captured value may hold, in bytes.
pub const CAPTURE_BYTES_MAX: usize = 64 * 1024;

/// The values a step's `capture=` found, in the order of its names, or why there are none.
pub type Captured = Result<Vec<CapturedValue>, String>;

/// A captured value as `decide` hears it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CapturedValue {
    /// Anybody may see it.
    Plain(String),
    /// It holds a secret, and stays with the driver.
    Secret,
}

/// Takes values from the columns of exactly one row, by position.
#[derive(Clone, Debug)]
pub struct RowCaptor {
    names: usize,
    results: u64,
    rows: u64,
    first: Vec<Option<String>>,
}

impl RowCaptor {
    /// A captor for so many names.
    pub fn new(names: usize) -> Self {
        Self {
            names,
            results: 0,
            rows: 0,
            first: Vec::new(),
        }
    }

    /// A new result set begins; only the last one counts.
    pub fn result_begins(&mut self) {
        self.results += 1;
        self.rows = 0;
        self.first.clear();
    }

    /// A row of the current result; `None` is NULL.
    pub fn row(&mut self, cells: &[Option<&str>]) {
        self.rows += 1;
        if self.rows == 1 {
            let kept =
                |cell: &&str| cell[..cell.floor_char_boundary(CAPTURE_BYTES_MAX + 1)].to_owned();
            self.first = cells.iter().map(|cell| cell.as_ref().map(kept)).collect();
        }
    }

    /// The values.
    ///
    /// # Errors
    /// In words: not exactly one row, another number of columns than names, a value that is NULL, empty or too long.
    pub fn values(self) -> Result<Vec<String>, String> {
        if self.results == 0 {
            return Err("the step returned no result to capture from".to_owned());
        }
        if self.rows != 1 {
            return Err(format!(
                "capture takes exactly one row, and the last result has {}",
                self.rows
            ));
        }
        if self.first.len() != self.names {
            return Err(format!(
                "capture names {} and the row has {}",
                counted(self.names, "variable"),
                counted(self.first.len(), "column")
            ));
        }
        let value = |(at, cell): (usize, Option<String>)| match cell {
            None => Err(format!("column {} is NULL and cannot be captured", at + 1)),
            Some(cell) => checked(cell, &format!("column {}", at + 1)),
        };
        self.first.into_iter().enumerate().map(value).collect()
    }
}

/// Takes values from trimmed standard output: all of it for one name, a line each for several.
#[derive(Clone, Debug)]
pub struct TextCaptor {
    names: usize,
    kept: Vec<u8>,
    more: bool,
}

impl TextCaptor {
    /// A captor for so many names.
    pub fn new(names: usize) -> Self {
        Self {
            names,
            kept: Vec::new(),
            more: false,
        }
    }

    /// The next piece of standard output.
    pub fn push(&mut self, bytes: &[u8]) {
        let bytes = match self.kept.is_empty() {
            true => bytes.trim_ascii_start(),
            false => bytes,
        };
        let room = CAPTURE_BYTES_MAX * self.names.max(1) + 1 - self.kept.len();
        let (kept, rest) = bytes.split_at(bytes.len().min(room));
        self.kept.extend_from_slice(kept);
        self.more |= !rest.trim_ascii().is_empty();
    }

    /// The values.
    ///
    /// # Errors
    /// In words: output that is not UTF-8 or too long, an empty value, another number of lines than names.
    pub fn values(self) -> Result<Vec<String>, String> {
        let text = String::from_utf8(self.kept)
            .map_err(|_| "the output is not UTF-8 and cannot be captured".to_owned())?;
        let text = text.trim();
        if self.more {
            return Err(too_long("the output"));
        }
        if self.names == 1 {
            return checked(text.to_owned(), "the output").map(|value| vec![value]);
        }
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() != self.names {
            return Err(format!(
                "capture names {}, a line each, and the output has {}: {}",
                counted(self.names, "variable"),
                counted(lines.len(), "line"),
                quoted(text)
            ));
        }
        let value = |(at, line): (usize, &str)| {
            checked(line.trim().to_owned(), &format!("line {}", at + 1))
        };
        lines.into_iter().enumerate().map(value).collect()
    }
}

fn checked(value: String, what: &str) -> Result<String, String> {
    match value.len() {
        0 => Err(format!("{what} is empty and cannot be captured")),
        length if length > CAPTURE_BYTES_MAX => Err(too_long(what)),
        _ if value.contains('\0') => Err(format!("{what} holds a NUL byte and cannot be captured")),
        _ => Ok(value),
    }
}

fn too_long(what: &str) -> String {
    format!("{what} is longer than 64 KiB and cannot be captured")
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values, or the message.
    type Expected<'a> = Result<&'a [&'a str], &'a str>;
    type Row<'a> = &'a [Option<&'a str>];

    fn of_rows(names: usize, rows: &[&[Option<&str>]]) -> Result<Vec<String>, String> {
        let mut captor = RowCaptor::new(names);
        captor.result_begins();
        captor.row(&[Some("of another result")]);
        captor.result_begins();
        for row in rows {
            captor.row(row);
        }
        captor.values()
    }

    #[test]
    fn exactly_one_row_gives_its_columns_in_order() {
        let cases: [(usize, &[Row<'_>], Expected<'_>); 6] = [
            (2, &[&[Some("a"), Some(" b")]], Ok(&["a", " b"])),
            (
                1,
                &[],
                Err("capture takes exactly one row, and the last result has 0"),
            ),
            (
                1,
                &[&[Some("a")], &[Some("b")]],
                Err("capture takes exactly one row, and the last result has 2"),
            ),
            (
                1,
                &[&[Some("a"), Some("b")]],
                Err("capture names 1 variable and the row has 2 columns"),
            ),
            (
                1,
                &[&[None]],
                Err("column 1 is NULL and cannot be captured"),
            ),
            (
                1,
                &[&[Some("")]],
                Err("column 1 is empty and cannot be captured"),
            ),
        ];
        for (names, rows, expected) in cases {
            let expected = expected
                .map(|values| values.iter().map(ToString::to_string).collect())
                .map_err(str::to_owned);
            assert_eq!(of_rows(names, rows), expected);
        }
        assert_eq!(
            RowCaptor::new(1).values(),
            Err("the step returned no result to capture from".to_owned())
        );
    }

    fn of_text(names: usize, pieces: &[&str]) -> Result<Vec<String>, String> {
        let mut captor = TextCaptor::new(names);
        for piece in pieces {
            captor.push(piece.as_bytes());
        }
        captor.values()
    }

    #[test]
    fn output_is_captured_without_the_blanks_around_it() {
        let cases: [(usize, &[&str], Expected<'_>); 5] = [
            (1, &["\n a ", "b\n\n"], Ok(&["a b"])),
            (1, &["a\nb\n"], Ok(&["a\nb"])),
            (2, &["a \n", " b\n"], Ok(&["a", "b"])),
            (
                1,
                &[" \n"],
                Err("the output is empty and cannot be captured"),
            ),
            (
                2,
                &["a\n"],
                Err("capture names 2 variables, a line each, and the output has 1 line: “a”"),
            ),
        ];
        for (names, pieces, expected) in cases {
            let expected = expected
                .map(|values| values.iter().map(ToString::to_string).collect())
                .map_err(str::to_owned);
            assert_eq!(of_text(names, pieces), expected, "{pieces:?}");
        }
    }

    #[test]
    fn a_value_has_64_kib_and_no_byte_more() {
        let longest = "x".repeat(CAPTURE_BYTES_MAX);
        assert_eq!(
            of_text(1, &[&longest, "\n", "\n"]),
            Ok(vec![longest.clone()])
        );
        assert_eq!(of_text(1, &[&longest, "x"]), Err(too_long("the output")));
        assert_eq!(of_rows(1, &[&[Some(&longest)]]), Ok(vec![longest.clone()]));
        let longer = format!("{longest}x");
        assert_eq!(of_rows(1, &[&[Some(&longer)]]), Err(too_long("column 1")));
    }
}
