//! What is written at a step beside its place in the graph.

use stepmark_core::plan::{Attribute, Step};

use crate::diagnostics::visible;

/// Values are cut after this many characters.
const VALUE_CHARACTERS_MAX: usize = 30;

/// Attributes that have a column or a line of their own.
const SHOWN_ELSEWHERE: [&str; 4] = ["name", "needs", "probe", "rollback"];

/// The attributes of `step` as they are written: `required timeout=10m`.
pub(super) fn flags(step: &Step) -> String {
    let attributes = step.attributes.iter();
    let flags: Vec<String> = attributes
        .filter(|attribute| !SHOWN_ELSEWHERE.contains(&attribute.name.as_str()))
        .map(flag)
        .collect();
    visible(&flags.join(" "))
}

fn flag(attribute: &Attribute) -> String {
    let name = &attribute.name;
    let Some(value) = &attribute.value else {
        return name.clone();
    };
    let mut short: String = value.chars().take(VALUE_CHARACTERS_MAX).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    match value
        .chars()
        .any(|sign| sign.is_whitespace() || sign == '"')
        || value.is_empty()
    {
        true => format!("{name}=\"{}\"", short.replace('"', "\\\"")),
        false => format!("{name}={short}"),
    }
}
