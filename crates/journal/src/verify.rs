//! Verifies a run directory: everything that can be shown from what is there, and by name what cannot. Changes nothing.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use stepmark_core::Digest;
use stepmark_core::output::{OutputId, OutputSummary};
use stepmark_core::record::{Event, Record, RunHeader};

use crate::disk::FileDisk;
use crate::read::first_record;
use crate::{
    Check, Head, RunDirectory, Subject, Summary, Tail, Verification, output_name, read_each, reason,
};

/// Renders the report of some records and the runbook they belong to, as the program that verifies would.
type Render<'a> = &'a dyn Fn(&[Record], &[u8]) -> String;

/// Checks everything in `directory`. With `report`, `report.md` is rendered again and compared.
pub fn verify(directory: &RunDirectory, report: Option<Render<'_>>) -> Verification {
    let is_running = directory.is_locked();
    let mut records = Vec::new();
    let mut hashes = Vec::new();
    let read = read_each(&directory.journal(), |record, hash| {
        records.push(record);
        hashes.push(hash);
    });
    let mut checks = Vec::new();
    match &read {
        Ok(summary) => {
            checks.push(chain(directory, summary));
            checks.push(tail(summary, is_running));
            checks.push(end(&records, is_running));
            checks.push(head(directory, summary.head, &hashes));
        }
        Err(error) => checks.push(Check::broken(
            Subject::Chain,
            directory.journal().display().to_string(),
            error.to_string(),
        )),
    }
    checks.push(runbook(directory, &records));
    checks.extend(outputs(directory, &records));
    if read.is_ok() {
        checks.extend(stray_outputs(directory, &records));
        checks.extend(next(directory, &hashes));
        checks.extend(report.map(|render| self::report(directory, &records, render)));
    }
    checks.extend(previous(directory, &records));
    checks.push(Check::unproven(
        Subject::Whole,
        "the directory is not signed; who can rewrite all of it can also compute its hashes anew",
    ));
    Verification {
        run: directory.run().clone(),
        records,
        checks,
    }
}

fn chain(directory: &RunDirectory, summary: &Summary) -> Check {
    match &summary.run {
        Some(run) if run != directory.run() => Check::broken(
            Subject::Chain,
            "journal.jsonl",
            format!(
                "it is the journal of run {run}, in the directory of run {}",
                directory.run()
            ),
        ),
        Some(_) => Check::held(Subject::Chain),
        None => Check::unproven(Subject::Chain, "there is no record"),
    }
}

fn tail(summary: &Summary, is_running: bool) -> Check {
    match summary.tail {
        Tail::Whole => Check::held(Subject::Tail),
        Tail::Unended | Tail::Torn { .. } if is_running => {
            Check::unproven(Subject::Tail, "the run is being written to just now")
        }
        Tail::Unended => Check::unproven(
            Subject::Tail,
            "the last record lacks its newline: a write was cut short",
        ),
        Tail::Torn { offset, length, .. } => Check::unproven(
            Subject::Tail,
            format!(
                "the last {length} bytes, from byte {offset}, are no record: a write was cut short, or they were changed"
            ),
        ),
    }
}

fn end(records: &[Record], is_running: bool) -> Check {
    match records.last().map(|record| &record.event) {
        Some(Event::RunFinished { .. } | Event::RunPaused { .. }) if !is_running => {
            Check::held(Subject::End)
        }
        _ if is_running => Check::unproven(Subject::End, "the run is still running"),
        _ => Check::unproven(
            Subject::End,
            "unfinished or cut: the runner died here, or later records were removed",
        ),
    }
}

fn head(directory: &RunDirectory, last: Head, hashes: &[Digest]) -> Check {
    let file = directory.head_file();
    if file.symlink_metadata().is_err() {
        return Check::unproven(
            Subject::Head,
            "there is no head; only the chain says where the run ends",
        );
    }
    let broken = |what: String| Check::broken(Subject::Head, "head", what);
    let bytes = match read_small(&file) {
        Ok(bytes) => bytes,
        Err(error) => return broken(reason(&error)),
    };
    let head = match Head::parse(&String::from_utf8_lossy(&bytes), directory.run()) {
        Ok(head) => head,
        Err(what) => return broken(what),
    };
    if head.seq > last.seq {
        return broken(format!(
            "it names record {} and the journal ends with record {}: records are missing",
            head.seq, last.seq
        ));
    }
    let at = head
        .seq
        .checked_sub(1)
        .and_then(|at| usize::try_from(at).ok());
    match at {
        Some(at) if hashes[at] != head.hash => {
            broken(format!("record {} has another hash", head.seq))
        }
        Some(_) | None => Check::held(Subject::Head),
    }
}

fn runbook(directory: &RunDirectory, records: &[Record]) -> Check {
    let Some(header) = header(records) else {
        return Check::unproven(Subject::Runbook, "the first record is not there");
    };
    match digest_of(&directory.runbook()) {
        Err(error) => Check::broken(Subject::Runbook, "runbook.md", reason(&error)),
        Ok((_, digest)) if digest != header.runbook => Check::broken(
            Subject::Runbook,
            "runbook.md",
            format!(
                "its SHA-256 is {} and {} was run",
                digest.short(),
                header.runbook.short()
            ),
        ),
        Ok(_) => Check::held(Subject::Runbook),
    }
}

fn outputs(directory: &RunDirectory, records: &[Record]) -> Vec<Check> {
    let broken: Vec<_> = records
        .iter()
        .filter_map(|record| {
            let Event::StepFinished { output, .. } = &record.event else {
                return None;
            };
            let what = output_fault(directory, output)?;
            let place = match &output.file {
                Some(name) => format!("outputs/{name}"),
                None => format!("record {}", record.seq),
            };
            Some(Check::broken(Subject::Outputs, place, what))
        })
        .collect();
    if broken.is_empty() {
        return vec![Check::held(Subject::Outputs)];
    }
    broken
}

fn output_fault(directory: &RunDirectory, output: &OutputSummary) -> Option<String> {
    let found = match &output.file {
        None => (
            output.excerpt.len() as u64,
            Digest::of(output.excerpt.as_bytes()),
        ),
        Some(name) if !output_name::is_plain(name) => {
            return Some("its name leads out of outputs/".to_owned());
        }
        Some(name) => match digest_of(&directory.outputs().join(name)) {
            Ok(found) => found,
            Err(error) => return Some(reason(&error)),
        },
    };
    if found.0 != output.bytes {
        return Some(format!(
            "it has {} bytes and {} were recorded",
            found.0, output.bytes
        ));
    }
    (found.1 != output.digest).then(|| "its content is not what was recorded".to_owned())
}

fn stray_outputs(directory: &RunDirectory, records: &[Record]) -> Vec<Check> {
    let mut recorded = BTreeSet::new();
    let mut open = BTreeSet::new();
    for record in records {
        match &record.event {
            Event::StepStarted { step, attempt, .. } => {
                open.insert((step, attempt));
            }
            Event::StepFinished {
                step,
                attempt,
                output,
                ..
            } => {
                open.remove(&(step, attempt));
                recorded.extend(output.file.as_deref());
            }
            _ => {}
        }
    }
    let open: Vec<_> = open
        .into_iter()
        .map(|(step, attempt)| OutputId {
            step: step.clone(),
            attempt: *attempt,
        })
        .collect();
    let names = match names_in(&directory.outputs()) {
        Ok(names) => names,
        Err(error) => {
            return vec![Check::broken(
                Subject::StrayOutputs,
                "outputs",
                reason(&error),
            )];
        }
    };
    let strays: Vec<_> = names
        .iter()
        .filter(|name| !recorded.contains(name.as_str()))
        .map(|name| stray(name, &open))
        .collect();
    if strays.is_empty() {
        return vec![Check::held(Subject::StrayOutputs)];
    }
    strays
}

fn stray(name: &str, open: &[OutputId]) -> Check {
    match open.iter().find(|id| output_name::is_file_of(name, id)) {
        Some(id) => Check::unproven(
            Subject::StrayOutputs,
            format!(
                "outputs/{name} belongs to attempt {} of {}, which has no outcome on record",
                id.attempt, id.step
            ),
        ),
        None => Check::broken(
            Subject::StrayOutputs,
            format!("outputs/{name}"),
            "no record tells about it",
        ),
    }
}

fn previous(directory: &RunDirectory, records: &[Record]) -> Option<Check> {
    let link = header(records)?.previous.as_ref()?;
    let subject = Subject::Previous;
    let name = link.run.as_str();
    let sibling = sibling(directory, name);
    let Some(sibling) = sibling else {
        return Some(Check::unproven(
            subject,
            format!("run {name} is not beside this one: it was moved or deleted"),
        ));
    };
    let mut is_there = false;
    let read = read_each(&sibling.journal(), |_, hash| is_there |= hash == link.head);
    Some(match read {
        _ if is_there => Check::held(subject),
        Err(error) => Check::broken(subject, format!("run {name}"), error.to_string()),
        Ok(_) => Check::broken(
            subject,
            format!("run {name}"),
            "the record that was its last when this run began is not there: it was cut or rewritten",
        ),
    })
}

fn next(directory: &RunDirectory, hashes: &[Digest]) -> Option<Check> {
    let root = directory.path().parent()?;
    let (name, link) = RunDirectory::list(root)
        .ok()?
        .into_iter()
        .filter(|other| other.run() > directory.run())
        .find_map(|other| {
            let first = first_record(&other.journal())?;
            let link = header(std::slice::from_ref(&first))?.previous.clone()?;
            (link.run == *directory.run()).then(|| (other.run().clone(), link))
        })?;
    Some(if hashes.contains(&link.head) {
        Check::held(Subject::Next)
    } else {
        Check::broken(
            Subject::Next,
            "journal.jsonl",
            format!(
                "run {name} began after a record that is not here: the end was cut or rewritten"
            ),
        )
    })
}

fn report(directory: &RunDirectory, records: &[Record], render: Render<'_>) -> Check {
    let file = directory.report();
    if file.symlink_metadata().is_err() {
        return Check::unproven(Subject::Report, "there is no report.md");
    }
    let broken = |place: &str, what: String| Check::broken(Subject::Report, place, what);
    let runbook = match read_small(&directory.runbook()) {
        Ok(runbook) => runbook,
        Err(error) => return broken("runbook.md", reason(&error)),
    };
    match read_small(&file) {
        Err(error) => broken("report.md", reason(&error)),
        Ok(found) if found == render(records, &runbook).as_bytes() => Check::held(Subject::Report),
        Ok(_) => broken(
            "report.md",
            "it is not what the records say; `stepmark report` makes it again".to_owned(),
        ),
    }
}

fn header(records: &[Record]) -> Option<&RunHeader> {
    match &records.first()?.event {
        Event::RunStarted(header) => Some(header),
        _ => None,
    }
}

fn sibling(directory: &RunDirectory, name: &str) -> Option<RunDirectory> {
    RunDirectory::list(directory.path().parent()?)
        .ok()?
        .into_iter()
        .find(|other| other.run().as_str() == name)
}

fn names_in(directory: &Path) -> std::io::Result<Vec<String>> {
    let mut names = std::fs::read_dir(directory)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<std::io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn digest_of(path: &Path) -> std::io::Result<(u64, Digest)> {
    let mut file = FileDisk::read(path)?;
    let mut stream = Digest::stream();
    let mut block = vec![0; 256 * 1024];
    let mut length = 0;
    loop {
        match file.read(&mut block)? {
            0 => return Ok((length, stream.finish())),
            taken => {
                stream.update(&block[..taken]);
                length += taken as u64;
            }
        }
    }
}

fn read_small(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    FileDisk::read(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}
