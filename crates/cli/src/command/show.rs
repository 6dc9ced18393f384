//! `stepmark show`: a run that was, as it was told when it was.

mod arguments;

pub(crate) use arguments::ShowArguments;
use stepmark_journal::{RunDirectory, StoredOutputs};

use crate::app::{Folders, find_run, read_run};
use crate::say::say_on_stderr;
use crate::{Complaint, Exit, plain};

/// Shows a run step by step, on the screen or as lines.
pub(crate) fn show(arguments: &ShowArguments) -> Result<Exit, Complaint> {
    let path = find_run(&Folders::here(), &arguments.run)?;
    let read = read_run(&path)?;
    let directory = RunDirectory::open(&path)
        .map_err(|error| Complaint::new(Exit::Failed, error.to_string()))?;
    let outputs = StoredOutputs::new(directory, &read.records);
    if read.is_running {
        say_on_stderr("this run is under way; it is shown as far as it is by now\n");
    }
    plain::replay(&read.plan, &read.run, &read.records, &outputs);
    Ok(Exit::Done)
}
