//! Asking for inputs, one after the other, each until the answer is one it can have.

use stepmark_core::plan::{InputKind, InputSpec};
use stepmark_core::record::InputOrigin;

use super::{GivenValue, default, refusal};
use crate::app::ask::{Ask, Echo, Typed};
use crate::{Complaint, Exit};

/// Asks for the value of each of `missing`. Somebody who leaves wants nothing to be made.
pub(super) fn ask_for(
    missing: &[&InputSpec],
    person: &mut dyn Ask,
) -> Result<Vec<GivenValue>, Complaint> {
    if !missing.is_empty() {
        let values = match missing.len() {
            1 => "a value".to_owned(),
            count => format!("{count} values"),
        };
        person.tell(&format!(
            "This runbook asks for {values}. Ctrl-C leaves, and nothing has run.\n"
        ));
    }
    missing.iter().map(|spec| one(spec, person)).collect()
}

fn one(spec: &InputSpec, person: &mut dyn Ask) -> Result<GivenValue, Complaint> {
    person.tell(&format!("\n{}\n", about(spec)));
    let prompt = match &spec.default {
        Some(default) => format!("{} [{}]: ", spec.name, default.replace('\n', "␊")),
        None => format!("{}: ", spec.name),
    };
    let echo = match spec.secret {
        true => Echo::Hidden,
        false => Echo::Shown,
    };
    loop {
        let value = match person.ask(&prompt, echo) {
            Typed::Left => return Err(left()),
            Typed::Line(line) => line,
        };
        if value.is_empty()
            && let Some(default) = default(spec)
        {
            return Ok(default);
        }
        match objection(spec, &value) {
            None => {
                return Ok(GivenValue {
                    value,
                    origin: InputOrigin::Prompt,
                });
            }
            Some(objection) => person.tell(&format!("  That {objection}.\n")),
        }
    }
}

/// Nothing was executed, and nothing was made.
pub(crate) fn left() -> Complaint {
    Complaint::new(Exit::Stopped, "left at a question; nothing was executed")
}

fn objection(spec: &InputSpec, value: &str) -> Option<String> {
    if value.is_empty() {
        let empty = format!(
            "is empty; if it is meant so, leave and give --set {}=",
            spec.name
        );
        return Some(empty);
    }
    let strange =
        |sign: char| sign == char::REPLACEMENT_CHARACTER || sign.is_control() && sign != '\t';
    if value.contains(strange) {
        return Some("holds a key that is no character".to_owned());
    }
    refusal(spec, value)
}

/// What the input is for, and what it may be.
fn about(spec: &InputSpec) -> String {
    let mut rules = Vec::new();
    if !spec.choices.is_empty() {
        rules.push(format!("one of: {}", spec.choices.join(", ")));
    } else if spec.kind != InputKind::Text {
        rules.push(spec.kind.phrase().to_owned());
    }
    if let Some(pattern) = &spec.pattern {
        rules.push(format!("matching {}", pattern.text()));
    }
    match spec.secret {
        true => rules.push("not shown while you type, and never recorded".to_owned()),
        false if spec.default.is_some() => rules.push("Enter takes the default".to_owned()),
        false => {}
    }
    let description = spec.description.as_deref();
    let name = description.unwrap_or(spec.name.as_str()).trim_end();
    match rules.is_empty() {
        true => name.to_owned(),
        false => format!("{name} ({})", rules.join("; ")),
    }
}
