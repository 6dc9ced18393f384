//! What a token is, as far as splitting and colouring need to know; not a grammar's token set.

use crate::VariableForm;

/// The kind of a [`crate::Token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// White space, and a byte order mark at the very start.
    Space,
    /// `--` to the end of the line, without the line's end.
    LineComment,
    /// `/* … */`, nested.
    BlockComment,
    /// A quoted string with its prefix: `'…'`, `E'…'`, `U&'…'`, `B'…'`, `X'…'`, `N'…'`.
    String,
    /// `"…"` or `U&"…"`.
    QuotedIdentifier,
    /// `$tag$ … $tag$`.
    DollarString,
    /// An unquoted identifier or keyword.
    Word,
    /// A number, with whatever letters stick to it.
    Number,
    /// `$1`.
    Parameter,
    /// A run of operator characters, `::`, `:=` or `..`.
    Operator,
    /// `(`.
    OpenParenthesis,
    /// `)`.
    CloseParenthesis,
    /// `;`.
    Semicolon,
    /// Any other single character.
    Punctuation,
    /// `\;` or `\:`, which psql sends without the backslash.
    Escape,
    /// A backslash command with its arguments.
    MetaCommand,
    /// A place where psql would put a variable's value.
    Variable(VariableForm),
}
