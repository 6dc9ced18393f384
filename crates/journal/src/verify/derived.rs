//! Claims about what stands beside the journal: the copy of the runbook, and the report.

use std::fs;

use stepmark_core::record::{Event, RunHeader};

use crate::evidence::Render;
use crate::measured::{digest_of, read_at_most};
use crate::{Check, Place, RunDirectory, Subject, read, reason};

/// A report of a longer journal is not rendered again: all its records would have to be held at once.
const JOURNAL_BYTES_MAX: u64 = 32 << 20;

pub(super) fn runbook(directory: &RunDirectory, header: Option<&RunHeader>) -> Check {
    let Some(header) = header else {
        return Check::unproven(Subject::Runbook, "the first record is not there");
    };
    let broken = |what| Check::broken(Subject::Runbook, Place::file("runbook.md"), what);
    match digest_of(&directory.runbook()) {
        Err(error) => broken(reason(&error)),
        Ok((_, digest)) if digest != header.runbook => broken(format!(
            "its SHA-256 is {} and {} was run",
            digest.short(),
            header.runbook.short()
        )),
        Ok(_) => Check::held(Subject::Runbook),
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
    let runbook = match directory.read_runbook() {
        Ok(runbook) => runbook,
        Err(error) => return broken("runbook.md", reason(&error)),
    };
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
