//! Why a key cannot be given to an action.

/// Why a key cannot be given to an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// No action has that name.
    NoSuchAction(String),
    /// That is no single character.
    NoKey(String),
    /// That key always means the same.
    Reserved(char),
    /// That key was given to another action.
    Taken {
        /// The key.
        key: char,
        /// The name of the action that has it.
        by: &'static str,
    },
}

impl std::fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSuchAction(name) => write!(f, "there is no action called {name}"),
            Self::NoKey(key) => write!(f, "\u{201c}{key}\u{201d} is not a single character"),
            Self::Reserved(key) => {
                write!(f, "{key} always does the same and cannot be given away")
            }
            Self::Taken { key, by } => write!(f, "{key} is given to {by} already"),
        }
    }
}

impl std::error::Error for KeyProblem {}
