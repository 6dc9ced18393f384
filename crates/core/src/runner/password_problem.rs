//! What is wrong about a password when a session could not be opened.

/// What is wrong about the password, so that a person can be asked for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// A server asks for one, and there is none.
    Missing,
    /// A server does not take it.
    Wrong,
}
