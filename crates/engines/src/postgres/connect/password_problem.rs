//! What a failure to connect says of the password, so that a person can be asked for one. It is read from the words of
//! [`refusal`](super::refusal), which are ours.

use stepmark_core::runner::OpenFailure;

use super::refusal::{NO_PASSWORD, WRONG_PASSWORD};

/// What is wrong about the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// A server asks for one, and there is none.
    Missing,
    /// A server does not take it.
    Wrong,
}

impl PasswordProblem {
    /// What `failure` says, if it is about the password at all.
    pub fn of(failure: &OpenFailure) -> Option<Self> {
        let message = &failure.message;
        if message.contains(NO_PASSWORD) {
            return Some(Self::Missing);
        }
        message
            .contains(&format!(": {WRONG_PASSWORD}: "))
            .then_some(Self::Wrong)
    }
}
