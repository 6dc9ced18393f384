//! The names things go by: steps, runs, connections, attempts. Does not resolve them: a [`crate::plan::Plan`] does.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps `text` as it stands.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

text_id! {
    /// A step's id: `name=` of its fence, else a slug of its heading.
    StepId
}
text_id! {
    /// A run's id: UTC start time and a random suffix, `20261120T021405Z-7f3a9c`; sorts by time.
    RunId
}
text_id! {
    /// A variable's name: an input, a capture, or an address of a connection; `[A-Za-z_][A-Za-z0-9_]*`.
    VariableName
}
text_id! {
    /// A connection's name in the runbook; the only one of a runbook that declares none is `default`.
    ConnectionName
}

impl Default for ConnectionName {
    fn default() -> Self {
        Self::new("default")
    }
}

/// A step's place in its plan, from 0, in document order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepIndex(pub usize);

/// The n-th try of a step, from 1. An attempt is started at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attempt(pub u32);

impl Attempt {
    /// The attempt after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
