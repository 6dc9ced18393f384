//! Claims about what stands beside the journal: the copy of the runbook, and the report.

use std::fs;

use stepmark_core::Digest;
use stepmark_core::record::{Event, Record, RunHeader};

use crate::evidence::Render;
use crate::measured::{digest_of, read_at_most};
use crate::run_texts::RUNBOOK;
use crate::{Check, Place, RunDirectory, RunTexts, Subject, output_name, read, reason};

/// A report of a longer journal is not rendered again: all its records would have to be held at once.
const JOURNAL_BYTES_MAX: u64 = 32 << 20;
/// So many pauses back a report that was not replaced is looked for.
const PAUSES_MAX: usize = 16;

/// `replaced` are the later texts of the runbook and of what it includes, by file and digest.
pub(super) fn runbook(
    directory: &RunDirectory,
    header: Option<&RunHeader>,
    replaced: &[(String, Digest)],
) -> Check {
    let Some(header) = header else {
        return Check::unproven(Subject::Runbook, "the first record is not there");
    };
    let first = std::iter::once((RUNBOOK, header.runbook));
    let included = header.included.iter();
    let fault = first
        .chain(included.map(|one| (one.file.as_str(), one.digest)))
        .chain(
            replaced
                .iter()
                .map(|(name, digest)| (name.as_str(), *digest)),
        )
        .find_map(|(name, expected)| Some((name, text_fault(directory, name, expected)?)));
    match fault {
        Some((name, what)) => Check::broken(Subject::Runbook, Place::file(name), what),
        None => Check::held(Subject::Runbook),
    }
}

fn text_fault(directory: &RunDirectory, name: &str, expected: Digest) -> Option<String> {
    if !output_name::is_plain(name) {
        return Some("its name leads out of the run".to_owned());
    }
    match digest_of(&directory.path().join(name)) {
        Err(error) => Some(reason(&error)),
        Ok((_, digest)) if digest != expected => Some(format!(
            "its SHA-256 is {} and {} was run",
            digest.short(),
            expected.short()
        )),
        Ok(_) => None,
    }
}

pub(super) fn report(
    directory: &RunDirectory,
    render: Render<'_>,
    is_running: bool,
    is_ended: bool,
) -> Check {
    let file = directory.report();
    let unproven = |why: &str| Check::unproven(Subject::Report, why);
    if file.symlink_metadata().is_err() {
        return unproven("there is no report.md");
    }
    if is_running {
        return unproven("the run is still running; report.md is of a pause before");
    }
    let length = fs::symlink_metadata(directory.journal()).map_or(0, |found| found.len());
    if length > JOURNAL_BYTES_MAX {
        return unproven("the journal is too long to render its report again beside it");
    }
    let broken = |file: &str, what| Check::broken(Subject::Report, Place::file(file), what);
    let mut records = match read(&directory.journal()) {
        Ok(reading) => reading.records,
        Err(error) => return Check::broken(Subject::Report, error.place(), error.what()),
    };
    if !is_ended {
        // A run that was taken up and died still has the report of the pause before.
        let pause = records
            .iter()
            .rposition(|record| matches!(record.event, Event::RunPaused { .. }));
        records.truncate(pause.map_or(0, |pause| pause + 1));
    }
    let found = match of_records(directory, render, &records) {
        Ok(found) => found,
        Err((file, what)) => return broken(&file, what),
    };
    if found {
        return Check::held(Subject::Report);
    }
    // The runner may have died after its last record, before it replaced the report of a pause before.
    let is_pause = |at: &usize| matches!(records[*at].event, Event::RunPaused { .. });
    let pauses = (0..records.len().saturating_sub(1)).rev().filter(is_pause);
    for pause in pauses.take(PAUSES_MAX) {
        if of_records(directory, render, &records[..=pause]) == Ok(true) {
            let record = records[pause].seq;
            return unproven(&format!(
                "it is of the pause at record {record}, before the last end; `stepmark report` makes it again"
            ));
        }
    }
    broken(
        "report.md",
        "it is not what the records say; `stepmark report` makes it again".to_owned(),
    )
}

/// Whether the report is that of `records`.
///
/// # Errors
/// The file that cannot be read, and why.
fn of_records(
    directory: &RunDirectory,
    render: Render<'_>,
    records: &[Record],
) -> Result<bool, (String, String)> {
    let sources = RunTexts::of(records).read(directory);
    let sources = sources.map_err(|text| (text.file, reason(&text.error)))?;
    let expected = render(records, &sources);
    match read_at_most(&directory.report(), expected.len() as u64) {
        Ok(found) => Ok(found == expected.as_bytes()),
        Err(error) if error.raw_os_error().is_some() => {
            Err(("report.md".to_owned(), reason(&error)))
        }
        Err(_) => Ok(false),
    }
}
