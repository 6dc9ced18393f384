//! `stepmark report`.

mod arguments;
#[cfg(test)]
mod tests;

use stepmark_core::report::{Account, html, markdown_of};

pub(crate) use arguments::{ReportArguments, ReportFormat};

use crate::app::{Folders, find_run, read_run, reason, replace_private};
use crate::say::say_on_stdout;
use crate::{Complaint, Exit};

/// Prints what a run did, or writes it to a file.
pub(crate) fn report(arguments: &ReportArguments) -> Result<Exit, Complaint> {
    let directory = find_run(&Folders::here(), &arguments.run)?;
    let read = read_run(&directory)?;
    let account = Account::of(&read.plan, &read.run, &read.records, read.is_running);
    let text = match arguments.format() {
        ReportFormat::Md => markdown_of(&account),
        ReportFormat::Html => html(&account),
        ReportFormat::Json => {
            let text = serde_json::to_string_pretty(&account).expect("plain fields become JSON");
            format!("{text}\n")
        }
    };
    let Some(file) = &arguments.output else {
        say_on_stdout(&stepmark_engines::sanitize::sanitize(&text));
        return Ok(Exit::Done);
    };
    replace_private(file, &text).map_err(|error| {
        let message = format!("cannot write {}: {}", file.display(), reason(&error));
        Complaint::new(Exit::Usage, message).hint("give another place with -o FILE")
    })?;
    Ok(Exit::Done)
}
