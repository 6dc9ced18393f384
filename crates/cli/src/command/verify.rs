//! `stepmark verify`.

use std::fmt::Write as _;
use std::io::Write as _;

use stepmark_core::record::Record;
use stepmark_core::report::markdown;
use stepmark_journal::{Check, Proof, RunDirectory};

use crate::app::{Folders, find_run, plan_of};
use crate::{Complaint, Exit};

/// Checks a run's directory and prints what holds, what does not, and what cannot be shown.
pub(crate) fn verify(name: &str) -> Result<Exit, Complaint> {
    let path = find_run(&Folders::here(), name)?;
    let directory = RunDirectory::open(&path)
        .map_err(|error| Complaint::new(Exit::Failed, error.to_string()))?;
    let render = |records: &[Record], source: &[u8]| {
        markdown(&plan_of(records, source), directory.run(), records)
    };
    let verification = stepmark_journal::verify(&directory, Some(&render));
    let mut text = format!(
        "run {}, {} records\n",
        verification.run,
        verification.records.len()
    );
    for check in &verification.checks {
        line(&mut text, check);
    }
    let sound = verification.is_sound();
    let verdict = match sound {
        true => "everything that can be shown from here holds",
        false => "this log is NOT what was recorded",
    };
    let _ = writeln!(text, "{verdict}");
    let clean = stepmark_engines::sanitize::sanitize(&text);
    // A reader that has seen enough closes the pipe; the exit code says the rest.
    let _ = anstream::stdout().lock().write_all(clean.as_bytes());
    Ok(if sound { Exit::Done } else { Exit::Failed })
}

fn line(text: &mut String, check: &Check) {
    let subject = check.subject;
    let _ = match &check.proof {
        Proof::Held => writeln!(text, "  holds     {subject}"),
        Proof::Broken { place, what } => {
            writeln!(text, "  BROKEN    {subject}\n            {place}: {what}")
        }
        Proof::Unproven { why } => writeln!(text, "  unproven  {subject}\n            {why}"),
    };
}
