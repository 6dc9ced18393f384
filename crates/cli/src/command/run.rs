//! `stepmark run`.

use crate::app::{Asked, Runbook, Scratch, resolve, run as run_asked};
use crate::arguments::RunArguments;
use crate::{Complaint, Exit};

/// Runs a file on the user's own database, or on a throwaway cluster.
pub(crate) fn run(arguments: &RunArguments) -> Result<Exit, Complaint> {
    let runbook = Runbook::load(&arguments.file)?;
    let scratch = match arguments.scratch {
        true => Some(Scratch::start_with(arguments.fixture.as_deref())?),
        false => None,
    };
    let given = match &scratch {
        Some(scratch) => vec![scratch.url()],
        None => arguments.connect.clone(),
    };
    let connections = resolve(&runbook.plan, &given)?;
    let variables = scratch.iter().map(Scratch::path_variable).collect();
    run_asked(Asked {
        runbook,
        connections,
        terms: &arguments.terms,
        variables,
        scratch: scratch.is_some(),
    })
}
