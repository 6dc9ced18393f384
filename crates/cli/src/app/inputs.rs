//! The value of each input: from `--set`, the environment, a person or the default, in that order. Does not substitute
//! it anywhere, and never repeats a secret one.

mod question;
mod trouble;

use std::collections::BTreeMap;
use std::env::VarError;

use stepmark_core::VariableName;
use stepmark_core::plan::{InputSpec, StepKind};
use stepmark_core::record::InputOrigin;
use stepmark_driver::GivenInput;
use stepmark_parse::nearest;

use self::question::ask_for;
pub(crate) use self::question::left;
use self::trouble::{Trouble, Why, complaint};
use super::Runbook;
use super::ask::Ask;
use super::set_values::{GivenValue, SetValues, VALUE_BYTES_MAX};
use crate::{Complaint, Exit};
use stepmark_engines::redact::ANYWHERE_BYTES_MIN;

/// Looks an environment variable up.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Result<String, VarError>;

/// What is known before a run about its variables.
#[derive(Clone, Default)]
pub(crate) struct Inputs {
    /// Each input with its value.
    pub(crate) given: Vec<GivenInput>,
    /// Values for variables that manual steps capture.
    pub(crate) captures: BTreeMap<VariableName, String>,
    /// What the person should know about how values were given, a line each.
    pub(crate) warnings: Vec<String>,
}

impl Inputs {
    /// The value of an input.
    pub(crate) fn value(&self, name: &VariableName) -> Option<&str> {
        let input = self.given.iter().find(|input| input.name == *name)?;
        Some(&input.value)
    }
}

/// Finds the value of each input of `runbook`; a `person` is asked for what is given nowhere.
pub(crate) fn inputs(
    runbook: &Runbook,
    mut set: SetValues,
    environment: Environment<'_>,
    person: Option<&mut dyn Ask>,
) -> Result<Inputs, Complaint> {
    let specs = &runbook.plan.front.inputs;
    let mut warnings: Vec<String> = visible_secrets(specs, &set).into_iter().collect();
    let found: Vec<Option<GivenValue>> = specs
        .iter()
        .map(|spec| {
            set.remove(&spec.name)
                .or_else(|| of_environment(spec, environment))
        })
        .collect();
    let captures = captures(runbook, set)?;
    let mut troubles = unreadable(specs, &found, environment);
    for (spec, found) in specs.iter().zip(&found) {
        let why = match found {
            Some(given) => refusal(spec, &given.value).map(|objection| Why::Refused {
                objection,
                given: given.clone(),
            }),
            None if troubles.iter().any(|known| known.spec.name == spec.name) => None,
            None if person.is_none() && spec.default.is_none() => Some(Why::Missing),
            None => None,
        };
        troubles.extend(why.map(|why| Trouble { spec, why }));
    }
    if !troubles.is_empty() {
        return Err(complaint(runbook, &troubles));
    }
    let missing: Vec<&InputSpec> = specs
        .iter()
        .zip(&found)
        .filter_map(|(spec, found)| found.is_none().then_some(spec))
        .collect();
    let mut answers = match person {
        Some(person) => ask_for(&missing, person)?,
        None => missing.iter().filter_map(|spec| default(spec)).collect(),
    }
    .into_iter();
    let given = specs.iter().zip(found).map(|(spec, found)| {
        let GivenValue { value, origin } = found
            .or_else(|| answers.next())
            .expect("what was missing was asked for or has a default");
        GivenInput {
            name: spec.name.clone(),
            value,
            secret: spec.secret,
            origin,
        }
    });
    let given: Vec<GivenInput> = given.collect();
    warnings.extend(short_secrets(&given));
    Ok(Inputs {
        given,
        captures,
        warnings,
    })
}

/// What keeps `value` from being this input's, as the end of a sentence about it.
fn refusal(spec: &InputSpec, value: &str) -> Option<String> {
    if value.len() > VALUE_BYTES_MAX {
        return Some("is longer than 64 KiB".to_owned());
    }
    spec.objection(value)
}

fn default(spec: &InputSpec) -> Option<GivenValue> {
    spec.default.as_ref().map(|value| GivenValue {
        value: value.clone(),
        origin: InputOrigin::Default,
    })
}

/// The value of the variable that the input names; an empty one is none, as for libpq's.
fn of_environment(spec: &InputSpec, environment: Environment<'_>) -> Option<GivenValue> {
    let variable = spec.environment.as_ref()?;
    let value = environment(variable)
        .ok()
        .filter(|value| !value.is_empty())?;
    Some(GivenValue {
        value,
        origin: InputOrigin::Environment {
            variable: variable.clone(),
        },
    })
}

/// Inputs whose variable is set to something that is no text: their default would be a silent difference.
fn unreadable<'s>(
    specs: &'s [InputSpec],
    found: &[Option<GivenValue>],
    environment: Environment<'_>,
) -> Vec<Trouble<'s>> {
    let unread = |(spec, found): (&'s InputSpec, &Option<GivenValue>)| {
        let variable = spec.environment.as_ref().filter(|_| found.is_none())?;
        let broken = matches!(environment(variable), Err(VarError::NotUnicode(_)));
        let why = Why::NotText(variable.clone());
        broken.then_some(Trouble { spec, why })
    };
    specs.iter().zip(found).filter_map(unread).collect()
}

/// One line about the secrets that stand on the command line.
fn visible_secrets(specs: &[InputSpec], set: &SetValues) -> Option<String> {
    let on_line = |spec: &&InputSpec| {
        let given = set.get(&spec.name);
        spec.secret && given.is_some_and(|given| given.origin == InputOrigin::Flag)
    };
    let secrets: Vec<&InputSpec> = specs.iter().filter(on_line).collect();
    let first = secrets.first()?;
    let names: Vec<&str> = secrets.iter().map(|spec| spec.name.as_str()).collect();
    let variable = match &first.environment {
        Some(variable) => format!(", or export {variable}"),
        None => String::new(),
    };
    Some(format!(
        "{} on the command line can be seen in `ps` and stays in the shell's history; give --set {}=@FILE{variable} instead",
        names.join(", "),
        first.name
    ))
}

/// One line about the secrets that are masked only as words of their own.
fn short_secrets(given: &[GivenInput]) -> Option<String> {
    let is_short = |input: &&GivenInput| input.secret && input.value.len() < ANYWHERE_BYTES_MIN;
    let short: Vec<&str> = given
        .iter()
        .filter(is_short)
        .map(|input| input.name.as_str())
        .collect();
    (!short.is_empty()).then(|| {
        format!(
            "{} is shorter than {ANYWHERE_BYTES_MIN} bytes: it is masked where it stands as a word of its own, and not within other words",
            short.join(", ")
        )
    })
}

/// What is left of `--set` when the inputs are taken out: values for what manual steps capture, or a mistake.
fn captures(
    runbook: &Runbook,
    set: SetValues,
) -> Result<BTreeMap<VariableName, String>, Complaint> {
    let mut captures = BTreeMap::new();
    for (name, given) in set {
        let step = runbook
            .plan
            .steps
            .iter()
            .find(|step| step.flow.captures.contains(&name));
        match step {
            None => return Err(unknown(runbook, &name)),
            Some(step) if step.kind != StepKind::Manual => {
                let message = format!("{name} is captured by step {} and cannot be given", step.id);
                return Err(Complaint::new(Exit::Usage, message)
                    .details([runbook.place(&step.span)])
                    .hint("leave out this --set; only inputs and what manual steps capture can be given"));
            }
            Some(_) if !is_capture(&given.value) => {
                let message = format!(
                    "--set {name}: a captured value is not empty, has at most 64 KiB and no NUL byte"
                );
                return Err(Complaint::new(Exit::Usage, message));
            }
            Some(_) => captures.insert(name, given.value),
        };
    }
    Ok(captures)
}

fn is_capture(value: &str) -> bool {
    !value.is_empty() && value.len() <= VALUE_BYTES_MAX && !value.contains('\0')
}

fn unknown(runbook: &Runbook, name: &VariableName) -> Complaint {
    let plan = &runbook.plan;
    let inputs = plan.front.inputs.iter().map(|spec| spec.name.as_str());
    let manual = plan
        .steps
        .iter()
        .filter(|step| step.kind == StepKind::Manual);
    let captured = manual.flat_map(|step| step.flow.captures.iter().map(VariableName::as_str));
    let known: Vec<&str> = inputs.chain(captured).collect();
    let shown = runbook.path.display();
    let message = format!("--set {name}: {shown} has no input of that name");
    let complaint = Complaint::new(Exit::Usage, message);
    match (nearest(name.as_str(), known.iter().copied()), known.len()) {
        (Some(near), _) => complaint.hint(format!("did you mean {near}?")),
        (None, 0) => complaint.hint("it has no inputs at all; leave --set out"),
        (None, _) => complaint.hint(format!("what can be given: {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests;
