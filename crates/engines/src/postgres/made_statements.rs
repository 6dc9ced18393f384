//! Statements that a query makes, one in each cell, as psql's `\gexec` takes them. Does not run them.

use stepmark_sql::{secrets_in_sql, without_secrets};

use super::visible;

/// The most statements one step may make.
const STATEMENTS_MAX: usize = 100_000;
/// The most bytes their texts may have together.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// The statements in the cells of one result, row by row and from left to right; NULL is none.
#[derive(Debug, Default)]
pub(crate) struct MadeStatements {
    statements: Vec<String>,
    bytes: usize,
    too_many: bool,
}

impl MadeStatements {
    /// Takes in a row.
    pub(crate) fn push(&mut self, cells: &[Option<&str>]) {
        for cell in cells.iter().flatten() {
            self.bytes += cell.len();
            self.too_many |= self.bytes > BYTES_MAX || self.statements.len() >= STATEMENTS_MAX;
            match self.too_many {
                true => self.statements = Vec::new(),
                false => self.statements.push((*cell).to_owned()),
            }
        }
    }

    /// The statements.
    ///
    /// # Errors
    /// In words: there are too many.
    pub(crate) fn into_list(self) -> Result<Vec<String>, String> {
        match self.too_many {
            false => Ok(self.statements),
            true => Err(
                "the step made more than 100000 statements or 64 MiB of them; none was run"
                    .to_owned(),
            ),
        }
    }
}

/// What stands above so many statements where they are listed.
pub(crate) fn heading(count: usize) -> String {
    match count {
        0 => "no statements were made\n".to_owned(),
        1 => "-- 1 statement was made:\n".to_owned(),
        count => format!("-- {count} statements were made:\n"),
    }
}

/// A statement for a person, ended by a semicolon and without the passwords that are written down in it.
pub(crate) fn shown(statement: &str) -> String {
    let statement = statement.trim();
    let statement = without_secrets(statement, &secrets_in_sql(statement));
    let shown = visible::text(&statement);
    let end = if shown.ends_with(';') { "" } else { ";" };
    format!("{shown}{end}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_but_null_is_a_statement() {
        let mut made = MadeStatements::default();
        made.push(&[Some("select 1"), None, Some("select 2;")]);
        made.push(&[Some("a\n"), Some(""), None]);
        let list = made.into_list().unwrap();
        assert_eq!(list, ["select 1", "select 2;", "a\n", ""]);
        let listed: String = list.iter().map(|statement| shown(statement)).collect();
        assert_eq!(listed, "select 1;\nselect 2;\na;\n;\n");
    }

    #[test]
    fn statements_have_a_limit_in_number_and_in_bytes() {
        let message =
            "the step made more than 100000 statements or 64 MiB of them; none was run".to_owned();
        let mut made = MadeStatements::default();
        for _ in 0..STATEMENTS_MAX {
            made.push(&[Some("x")]);
        }
        assert!(!made.too_many);
        made.push(&[Some("x")]);
        made.push(&[Some("x")]);
        assert_eq!(made.into_list(), Err(message.clone()));
        let mut made = MadeStatements::default();
        let half = "x".repeat(BYTES_MAX / 2);
        made.push(&[Some(&half), Some(&half)]);
        assert!(!made.too_many);
        made.push(&[Some("x")]);
        assert_eq!(made.into_list(), Err(message));
    }
}
