//! What a rehearsal gives a runbook's inputs: what `--set` says, secrets that it makes up, and defaults. The environment is
//! not asked, since what it holds is meant for the real servers.

use std::collections::BTreeMap;
use std::env::VarError;
use std::hash::{BuildHasher as _, RandomState};

use stepmark_core::plan::{InputKind, InputSpec, StepKind};
use stepmark_core::record::InputOrigin;
use stepmark_core::runner::why_not;

use super::super::inputs::inputs;
use super::super::set_values::{GivenValue, set_values};
use super::super::{Inputs, Runbook};
use crate::{Complaint, Exit};

/// The value of each input of `runbook`, and of what its manual steps capture.
pub(super) fn gathered(runbook: &Runbook, set: &[String]) -> Result<Inputs, Complaint> {
    let mut set = set_values(set)?;
    for spec in runbook.plan.front.inputs.iter().filter(|spec| spec.secret) {
        if !set.contains_key(&spec.name) {
            set.insert(spec.name.clone(), made_up(runbook, spec)?);
        }
    }
    let inputs = inputs(runbook, set, &|_| Err(VarError::NotPresent), None)?;
    refuse_what_only_a_person_knows(runbook, &inputs)?;
    Ok(inputs)
}

/// Variables for shell steps, so that those which lead to the real servers, or hold the real secrets, do not.
pub(super) fn overriding(
    runbook: &Runbook,
    inputs: &Inputs,
    urls: &BTreeMap<stepmark_core::ConnectionName, String>,
) -> Vec<(String, String)> {
    let front = &runbook.plan.front;
    let of_inputs = front.inputs.iter().filter_map(|spec| {
        let variable = spec.environment.clone()?;
        Some((variable, inputs.value(&spec.name)?.to_owned()))
    });
    let of_connections = front.connections.iter().filter_map(|spec| {
        let variable = spec.url.as_deref()?.strip_prefix('$')?;
        let variable = variable
            .strip_prefix('{')
            .and_then(|inside| inside.strip_suffix('}'))
            .unwrap_or(variable);
        let is_name = variable
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        Some((
            variable.to_owned(),
            urls.get(&spec.name).filter(|_| is_name)?.clone(),
        ))
    });
    of_inputs.chain(of_connections).collect()
}

/// A value for the secret input `spec` that no server but those of this rehearsal knows.
fn made_up(runbook: &Runbook, spec: &InputSpec) -> Result<GivenValue, Complaint> {
    let number = RandomState::new().hash_one(&spec.name);
    let other = RandomState::new().hash_one(number);
    let value = match (spec.choices.first(), spec.kind) {
        (Some(choice), _) => choice.clone(),
        (None, InputKind::Text) => format!("rehearsal{number:016x}{other:016x}"),
        (None, InputKind::Integer | InputKind::Number) => (number >> 2).to_string(),
        (None, InputKind::Boolean) => "true".to_owned(),
    };
    match spec.objection(&value) {
        None => Ok(GivenValue {
            value,
            origin: InputOrigin::Rehearsal,
        }),
        Some(objection) => {
            let name = &spec.name;
            let message =
                format!("a rehearsal cannot make up {name}: what it makes up {objection}");
            Err(Complaint::new(Exit::Usage, message)
                .details([runbook.place(&spec.span)])
                .hint(format!(
                    "nothing was executed; give a value for the rehearsal with --set {name}=@FILE"
                )))
        }
    }
}

/// Manual steps whose values nobody has given.
fn refuse_what_only_a_person_knows(runbook: &Runbook, inputs: &Inputs) -> Result<(), Complaint> {
    let mut lines = Vec::new();
    let mut flags = Vec::new();
    for (index, step) in runbook.plan.indexed() {
        if step.kind != StepKind::Manual || why_not(&runbook.plan, index).is_some() {
            continue;
        }
        for name in step
            .flow
            .captures
            .iter()
            .filter(|name| !inputs.captures.contains_key(*name))
        {
            let place = runbook.place(&step.span);
            lines.push(format!("{place}: step {} asks for {name}", step.id));
            flags.push(format!("--set {name}=VALUE"));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let message = "a manual step captures what only a person knows";
    Err(Complaint::new(Exit::Usage, message)
        .details(lines)
        .hint(format!("nothing was executed; give {}", flags.join(" "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = "---\nconnections:\n  a: { url: $A_ADDRESS }\n  b: { url: \"${B_ADDRESS}\" }\n  c: { url: \"postgresql://$USER@h/db\" }\n\
        inputs:\n  pw: { secret: true, env: REAL_PASSWORD }\n  n: { default: 1 }\n---\n\n```bash {name=s on=a}\ntrue\n```\n";

    #[test]
    fn secrets_are_made_up_anew_and_no_variable_leads_to_the_real_ones() {
        let runbook = Runbook::of_text(BOOK);
        let [one, two] = [(), ()].map(|()| gathered(&runbook, &[]).unwrap());
        let secret = |inputs: &Inputs| inputs.given[0].value.clone();
        assert!(secret(&one).starts_with("rehearsal") && secret(&one) != secret(&two));
        assert_eq!(one.given[0].origin, InputOrigin::Rehearsal);
        let urls = ["a", "b", "c"].map(|name| {
            (
                stepmark_core::ConnectionName::new(name),
                format!("url of {name}"),
            )
        });
        let variables = overriding(&runbook, &one, &urls.into());
        assert_eq!(
            variables,
            [
                ("REAL_PASSWORD".to_owned(), secret(&one)),
                ("A_ADDRESS".to_owned(), "url of a".to_owned()),
                ("B_ADDRESS".to_owned(), "url of b".to_owned()),
            ]
        );
    }

    #[test]
    fn what_only_a_person_knows_must_be_given() {
        let runbook =
            Runbook::of_text("- [ ] Note the ticket <!-- {name=ticket capture=ticket_id} -->\n");
        let complaint = gathered(&runbook, &[]).map(drop).unwrap_err();
        assert_eq!(
            complaint.hint.unwrap(),
            "nothing was executed; give --set ticket_id=VALUE"
        );
        assert!(gathered(&runbook, &["ticket_id=OPS-1".to_owned()]).is_ok());
    }
}
