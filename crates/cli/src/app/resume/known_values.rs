//! The inputs of a run that is taken up: those on record as they were, secrets anew.

use stepmark_core::progress::{Binding, Progress};
use stepmark_core::record::{Event, InputOrigin, Record};

use crate::app::person::gather_beside;
use crate::app::set_values::{GivenValue, set_values};
use crate::app::{Inputs, Runbook};
use crate::arguments::TermArguments;
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
    gather_beside(runbook, set, flags, signals)
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
