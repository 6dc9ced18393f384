//! A file where a command should stand. Says what to type; decides nothing about files that end in `.md`.

use std::ffi::OsString;
use std::path::Path;

use clap::error::ErrorKind;

use crate::{Complaint, Exit};

/// What to say when the first thing typed is no command and looks like a file: it is one, or its name has an ending.
pub(crate) fn complaint(error: &clap::Error, first: Option<OsString>) -> Option<Complaint> {
    let first = first.filter(|_| error.kind() == ErrorKind::InvalidSubcommand)?;
    let path = Path::new(&first);
    if !path.is_file() && path.extension().is_none() {
        return None;
    }
    let shown = path.display();
    let message = format!("{shown} is no command of stepmark");
    let hint = format!("to run it as a runbook, type `stepmark run -- {shown}`");
    Some(Complaint::new(Exit::Usage, message).hint(hint))
}
