//! Claims about what stands beside the journal: the copy of the runbook, and the report.

use std::fs;

use stepmark_core::Digest;
use stepmark_core::record::{Event, RunHeader};

use crate::evidence::Render;
use crate::measured::{digest_of, read_at_most};
use crate::{Check, Place, RunDirectory, Subject, output_name, read, reason};

/// A report of a longer journal is not rendered again: all its records would have to be held at once.
const JOURNAL_BYTES_MAX: u64 = 32 << 20;

/// `replaced` are the later texts of the runbook, by file and digest.
pub(super) fn runbook(
    directory: &RunDirectory,
    header: Option<&RunHeader>,
    replaced: &[(String, Digest)],
) -> Check {
    let Some(header) = header else {
        return Check::unproven(Subject::Runbook, "the first record is not there");
    };
    let first = ("runbook.md".to_owned(), header.runbook);
    let fault = std::iter::once(&first)
        .chain(replaced)
        .find_map(|(name, expected)| Some((name, text_fault(directory, name, *expected)?)));
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
    let runbook = match directory.read_runbook_of(&records) {
        Ok(runbook) => runbook,
        Err(error) => return broken("runbook.md", reason(&error)),
    };
    let expected = render(&records, &runbook);
    match read_at_most(&file, expected.len() as u64) {
        Ok(found) if found == expected.as_bytes() => Check::held(Subject::Report),
        Err(error) if error.raw_os_error().is_some() => broken("report.md", reason(&error)),
        Ok(_) | Err(_) => broken(
            "report.md",
            "it is not what the records say; `stepmark report` makes it again".to_owned(),
        ),
    }
}
