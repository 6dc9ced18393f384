//! `stepmark report`.

use std::io::Write as _;

use stepmark_core::report::markdown;

use crate::app::{Folders, find_run, read_run};
use crate::{Complaint, Exit};

/// Prints what a run did.
pub(crate) fn report(name: &str) -> Result<Exit, Complaint> {
    let directory = find_run(&Folders::here(), name)?;
    let read = read_run(&directory)?;
    let text = markdown(&read.plan, &read.run, &read.records);
    let clean = stepmark_engines::sanitize::sanitize(&text);
    // A reader that has seen enough closes the pipe; that is no failure of the report.
    let _ = anstream::stdout().lock().write_all(clean.as_bytes());
    Ok(Exit::Done)
}
