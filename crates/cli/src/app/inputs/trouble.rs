//! Inputs without a value they can have, told all at once.

use stepmark_core::plan::InputSpec;

use super::Runbook;
use crate::app::set_values::GivenValue;
use crate::{Complaint, Exit};

/// Values are cut after this many characters where they are shown.
const SHOWN_CHARACTERS_MAX: usize = 60;

/// An input without a value it can have.
pub(super) struct Trouble<'a> {
    pub(super) spec: &'a InputSpec,
    pub(super) why: Why,
}

/// Why it has none.
pub(super) enum Why {
    /// It is given nowhere, and nobody is there to be asked.
    Missing,
    /// What was given is refused.
    Refused {
        objection: String,
        given: GivenValue,
    },
    /// The environment variable is not UTF-8.
    NotText(String),
}

/// One message for all of them: where each is declared and what to type.
pub(super) fn complaint(runbook: &Runbook, troubles: &[Trouble<'_>]) -> Complaint {
    let missing = troubles
        .iter()
        .filter(|trouble| matches!(trouble.why, Why::Missing))
        .count();
    let what = match (troubles.len(), missing) {
        (1, 1) => "an input has no value".to_owned(),
        (all, missing) if all == missing => format!("{all} inputs have no value"),
        (1, _) => "an input cannot have the value it was given".to_owned(),
        (all, _) => format!("{all} inputs have no value they can have"),
    };
    let lines = troubles.iter().map(|trouble| {
        let place = runbook.place(&trouble.spec.span);
        format!("{place}: {}", line(trouble))
    });
    Complaint::new(Exit::Usage, what)
        .details(lines)
        .hint("nothing was executed; give the values and run it again")
}

fn line(trouble: &Trouble<'_>) -> String {
    let spec = trouble.spec;
    let name = &spec.name;
    match &trouble.why {
        Why::Missing => {
            let about = match &spec.description {
                Some(description) => format!(" ({})", description.replace('\n', " ")),
                None => String::new(),
            };
            format!("{name}{about}: give {}", ways(spec))
        }
        Why::Refused { objection, given } => {
            let value = match spec.secret {
                true => "the value".to_owned(),
                false => shown(&given.value),
            };
            let origin = given.origin.phrase();
            format!("{name}: {value} from {origin} {objection}")
        }
        Why::NotText(variable) => {
            format!("{name}: the environment variable {variable} is not UTF-8")
        }
    }
}

/// How a value can be given, safest first.
fn ways(spec: &InputSpec) -> String {
    let name = &spec.name;
    let flag = match spec.secret {
        true => format!("--set {name}=@FILE"),
        false => format!("--set {name}=VALUE"),
    };
    match &spec.environment {
        Some(variable) => format!("{flag}, or export {variable}"),
        None => flag,
    }
}

fn shown(value: &str) -> String {
    let mut short: String = value.chars().take(SHOWN_CHARACTERS_MAX).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    format!("“{}”", short.replace('\n', "␊"))
}
