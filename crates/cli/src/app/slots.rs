//! Whether each value can stand where the steps write it, before anything starts. Captured values are not known yet and
//! are judged when their step runs.

use stepmark_core::plan::{Bound, Step, edits};
use stepmark_core::{VariableName, plan};

use super::{Inputs, Runbook};
use crate::{Complaint, Exit};

/// Refuses a run in whose steps a value stands bare that is no plain word, with each place.
pub(crate) fn check_slots(
    runbook: &Runbook,
    inputs: &Inputs,
    address: &dyn Fn(&VariableName) -> Option<String>,
) -> Result<(), Complaint> {
    let mut lines = Vec::new();
    for step in &runbook.plan.steps {
        for slot in &step.slots {
            let address = address(&slot.name);
            let value = inputs.value(&slot.name).or(address.as_deref());
            let bound = value.map_or(Bound::Secret, Bound::Value);
            if let Err(problem) = edits(std::slice::from_ref(slot), |_| bound) {
                lines.push(line(runbook, step, &problem));
            }
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    Err(
        Complaint::new(Exit::Usage, "a value cannot stand where a step writes it")
            .details(lines)
            .hint("nothing was executed; give another value, or change the step"),
    )
}

fn line(runbook: &Runbook, step: &Step, problem: &plan::SlotProblem) -> String {
    let path = runbook.file_of(step);
    let place = match step.body.position(problem.range.start) {
        Some(at) => format!("{path}:{}:{}", at.line, at.column),
        None => path,
    };
    format!("{place}: the value of {} {}", problem.name, problem.why)
}

#[cfg(test)]
mod tests {
    use stepmark_core::plan::{Slot, SlotForm};
    use stepmark_core::record::InputOrigin;
    use stepmark_driver::GivenInput;

    use super::*;

    #[test]
    fn a_bare_value_that_is_no_word_is_refused_with_its_place() {
        let mut runbook = Runbook::of_text(
            "# A\n\n```sql {name=a}\nSELECT :'n',\n  :n, :default_host, :c\n```\n",
        );
        let step = &mut runbook.plan.steps[0];
        let slot = |text: &str, name: &str, form| {
            let start = step.body.text.find(text).unwrap();
            Slot {
                range: start..start + text.len(),
                name: VariableName::new(name),
                form,
            }
        };
        step.slots = vec![
            slot(":'n'", "n", SlotForm::Literal),
            slot(":n", "n", SlotForm::Plain),
            slot(":default_host", "default_host", SlotForm::Plain),
            slot(":c", "c", SlotForm::Plain),
        ];
        let check = |value: &str| {
            let given = GivenInput {
                name: VariableName::new("n"),
                value: value.to_owned(),
                secret: true,
                origin: InputOrigin::Prompt,
            };
            let inputs = Inputs {
                given: vec![given],
                ..Inputs::default()
            };
            let address = |name: &VariableName| {
                (name.as_str() == "default_host").then(|| "/tmp/socket".to_owned())
            };
            check_slots(&runbook, &inputs, &address).map_err(|complaint| complaint.details)
        };
        let why = "is neither a number, a boolean nor a plain identifier, so it cannot stand bare in SQL; write :'name' for a literal or :\"name\" for an identifier";
        let address = format!("book.md:5:7: the value of default_host {why}");
        assert_eq!(check("12"), Err(vec![address.clone()]));
        let input = format!("book.md:5:3: the value of n {why}");
        assert_eq!(check("a b"), Err(vec![input, address]));
    }
}
