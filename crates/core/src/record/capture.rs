//! A variable that a step bound.

use serde::{Deserialize, Serialize};

use crate::VariableName;

/// A variable that a step bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// The variable.
    pub name: VariableName,
    /// Its value; none when it holds a secret, which no record does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
}
