//! The inputs of a run that is taken up: those on record as they were, secrets anew.

use stepmark_core::progress::{Binding, Progress};
use stepmark_core::record::{Event, InputOrigin, Record};

use crate::app::connections::environment;
use crate::app::inputs::inputs;
use crate::app::person::{mode, with_person};
use crate::app::set_values::{GivenValue, set_values};
use crate::app::{Inputs, Runbook};
use crate::arguments::TermArguments;
use crate::say::say_on_stderr;
use crate::signals::Signals;
use crate::{Complaint, Exit};

/// The value of each input. One that is on record keeps its value: another one would make another run of it.
pub(super) fn known_values(
    runbook: &Runbook,
    progress: &Progress,
    records: &[Record],
    flags: &TermArguments,
    signals: &Signals,
) -> Result<Inputs, Complaint> {
    let mut set = set_values(&flags.set)?;
    for spec in &runbook.plan.front.inputs {
        let Some(Binding::Known(value)) = progress.binding(&spec.name) else {
            continue;
        };
        if let Some(other) = set.get(&spec.name)
            && other.value != *value
        {
            let name = &spec.name;
            return Err(Complaint::new(
                Exit::Refused,
                format!("--set {name}: this run has another value for it on record"),
            )
            .details([format!("on record: {name} = {value}")])
            .hint("leave it out; for another value begin a new run"));
        }
        let origin = origin_of(records, spec.name.as_str());
        let value = value.clone();
        set.insert(spec.name.clone(), GivenValue { value, origin });
    }
    let inputs = with_person(mode(flags), signals, |person| {
        inputs(runbook, set, &environment, person)
    })?;
    for warning in &inputs.warnings {
        say_on_stderr(&format!("warning: {warning}\n"));
    }
    Ok(inputs)
}

fn origin_of(records: &[Record], wanted: &str) -> InputOrigin {
    let mut origins = records
        .iter()
        .rev()
        .filter_map(|record| match &record.event {
            Event::InputGiven { name, origin, .. } if name.as_str() == wanted => {
                Some(origin.clone())
            }
            _ => None,
        });
    origins.next().unwrap_or(InputOrigin::Default)
}
