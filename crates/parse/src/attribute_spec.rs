//! What is known about one attribute.

use crate::{AttributeStatus, AttributeTarget, ValueForm};

/// A row of the attribute table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeSpec {
    /// Its name.
    pub name: &'static str,
    /// What it can stand on.
    pub targets: &'static [AttributeTarget],
    /// The form of its value.
    pub form: ValueForm,
    /// How far this version carries it out.
    pub status: AttributeStatus,
    /// Where it is an error all the same, although it is not on other targets.
    pub not_yet_on: &'static [AttributeTarget],
    /// What it means, in one line.
    pub meaning: &'static str,
}

impl AttributeSpec {
    /// How far this version carries it out on `target`.
    pub fn status_on(&self, target: AttributeTarget) -> AttributeStatus {
        match self.not_yet_on.contains(&target) {
            true => AttributeStatus::Unsupported,
            false => self.status,
        }
    }
}
