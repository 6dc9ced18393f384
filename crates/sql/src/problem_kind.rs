//! The kinds of problem, their wording, and what to do about each.

use std::fmt;

/// What keeps a text from being split, or run natively, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A string without its closing quote.
    UnterminatedString,
    /// A quoted identifier without its closing quote.
    UnterminatedIdentifier,
    /// A dollar quote without its closing tag.
    UnterminatedDollarQuote {
        /// The delimiter, dollars included.
        delimiter: String,
    },
    /// A block comment without its `*/`.
    UnterminatedComment,
    /// A parenthesis that is never closed, so no `;` after it ends a statement.
    UnclosedParenthesis,
    /// A `BEGIN` of a SQL function body without its `END`.
    UnterminatedBody,
    /// A backslash command, which only psql can run.
    MetaCommand {
        /// The name without its backslash; may be empty.
        name: String,
    },
    /// Inline COPY data without the line `\.` that ends them.
    CopyDataUnended,
    /// Text on the line of a `COPY … FROM STDIN`, after it. psql would run it after the data;
    /// it is skipped here.
    TextAfterCopy,
    /// `COPY … FROM STDIN` joined to another statement with `\;`.
    CopyAmongParts,
    /// A NUL character, which PostgreSQL cannot receive.
    Nul,
}

impl ProblemKind {
    /// What to do about it, a sentence without its full stop.
    pub fn hint(&self) -> String {
        match self {
            Self::UnterminatedString => "close it with '; a quote inside is written ''".to_owned(),
            Self::UnterminatedIdentifier => {
                "close it with \"; a double quote inside is written \"\"".to_owned()
            }
            Self::UnterminatedDollarQuote { delimiter } => format!("close it with {delimiter}"),
            Self::UnterminatedComment => {
                "close it with */; comments nest, so each /* needs its own".to_owned()
            }
            Self::UnclosedParenthesis => "close it with )".to_owned(),
            Self::UnterminatedBody => "close the body with END;".to_owned(),
            Self::MetaCommand { .. } => "make it a `psql` fence, or write it in SQL".to_owned(),
            Self::CopyDataUnended => "end the data with a line that is just \\.".to_owned(),
            Self::TextAfterCopy => "move it after the data's \\. line".to_owned(),
            Self::CopyAmongParts => "end the statement before it with ; alone".to_owned(),
            Self::Nul => "remove the character".to_owned(),
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnterminatedString => formatter.write_str("string is not closed"),
            Self::UnterminatedIdentifier => formatter.write_str("quoted identifier is not closed"),
            Self::UnterminatedDollarQuote { delimiter } => {
                write!(formatter, "dollar quote {delimiter} is not closed")
            }
            Self::UnterminatedComment => formatter.write_str("comment is not closed"),
            Self::UnclosedParenthesis => formatter.write_str("parenthesis is not closed"),
            Self::UnterminatedBody => formatter.write_str("BEGIN of a function body has no END"),
            Self::MetaCommand { name } => {
                write!(formatter, "\\{name} is a psql command, not SQL")
            }
            Self::CopyDataUnended => formatter.write_str("COPY data are not ended"),
            Self::TextAfterCopy => {
                formatter.write_str("text after COPY … FROM STDIN on the same line")
            }
            Self::CopyAmongParts => {
                formatter.write_str("COPY … FROM STDIN joined to another statement by \\;")
            }
            Self::Nul => formatter.write_str("NUL character"),
        }
    }
}
