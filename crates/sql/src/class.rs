//! The classes code is coloured by; which colour each gets is the terminal's choice.

/// What a stretch of code looks like to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A keyword of PostgreSQL.
    Keyword,
    /// A quoted identifier.
    Identifier,
    /// A string, dollar-quoted ones too.
    String,
    /// A number or a parameter such as `$1`.
    Number,
    /// A comment.
    Comment,
    /// An operator.
    Operator,
    /// A psql variable.
    Variable,
    /// A backslash command, or the escape `\;`.
    MetaCommand,
    /// Inline COPY data with the line that ends them.
    CopyData,
    /// All else: names, punctuation, blanks.
    Text,
}
