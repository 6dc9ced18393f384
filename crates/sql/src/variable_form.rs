//! How a psql variable is written; what its value may be is the caller's business.

/// The form of a variable reference, which decides how its value is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariableForm {
    /// `:name`, the value as it is. Left alone by psql when no such variable is set.
    Plain,
    /// `:'name'`, the value as a string literal.
    Literal,
    /// `:"name"`, the value as a quoted identifier.
    Identifier,
    /// `:{?name}`, `TRUE` or `FALSE` by whether the variable is set.
    Test,
}
