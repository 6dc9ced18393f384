//! `stepmark run`.

use crate::app::{
    Asked, Fixture, Runbook, Scratch, Surroundings, gather, resolve, resolve_scratch,
    run as run_asked,
};
use crate::arguments::RunArguments;
use crate::signals::Signals;
use crate::{Complaint, Exit};

/// Runs a file on the user's own databases, or on throwaway clusters.
pub(crate) fn run(arguments: &RunArguments) -> Result<Exit, Complaint> {
    let signals = Signals::hear()?;
    let runbook = Runbook::load(&arguments.file)?;
    let inputs = gather(&runbook, &arguments.terms, &signals)?;
    let scratch = match arguments.scratch {
        true => {
            let fixture = arguments
                .fixture
                .as_deref()
                .map(Fixture::read)
                .transpose()?;
            Some(Scratch::start(&runbook, fixture, &inputs)?)
        }
        false => None,
    };
    let connections = match &scratch {
        Some(scratch) => resolve_scratch(&runbook, scratch.urls())?,
        None => resolve(&runbook, &arguments.connect, &Surroundings::here())?,
    };
    let variables = scratch.iter().filter_map(Scratch::path_variable).collect();
    run_asked(Asked {
        runbook,
        inputs,
        connections,
        terms: &arguments.terms,
        variables,
        scratch: scratch.is_some(),
        signals,
    })
}
