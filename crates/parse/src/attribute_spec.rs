//! What is known about one attribute.

use crate::{AttributeTarget, ValueForm};

/// A row of the attribute table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeSpec {
    /// Its name.
    pub name: &'static str,
    /// What it can stand on.
    pub targets: &'static [AttributeTarget],
    /// The form of its value.
    pub form: ValueForm,
    /// What it means, in one line.
    pub meaning: &'static str,
}

impl AttributeSpec {
    /// Whether it means something on `target`. What names its interpreter is a shell step like any other.
    pub fn applies_to(&self, target: AttributeTarget) -> bool {
        let also: &[AttributeTarget] = match target {
            AttributeTarget::Script => &[AttributeTarget::Shell, AttributeTarget::OtherFence],
            _ => &[],
        };
        self.targets.contains(&target) || also.iter().any(|also| self.targets.contains(also))
    }
}
