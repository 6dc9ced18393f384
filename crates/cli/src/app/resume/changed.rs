//! The runbook of a run that is taken up: the text on record, or the file's when only what was not tried yet differs.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use stepmark_core::Digest;
use stepmark_core::plan::{Plan, Step};
use stepmark_core::record::{Event, Record};
use stepmark_journal::RunDirectory;

use super::Held;
use crate::app::ask::{Echo, Typed};
use crate::app::person::{mode, with_person};
use crate::app::{Runbook, plan_of, reason};
use crate::arguments::TakeUpArguments;
use crate::say::say_on_stderr;
use crate::signals::Signals;
use crate::{Complaint, Exit};

/// The plan of the text that a run goes by: the last one on record.
pub(super) fn plan_on_record(
    directory: &RunDirectory,
    records: &[Record],
) -> Result<Plan, Complaint> {
    let source = source_on_record(directory, records)?;
    Ok(plan_of(records, &source))
}

fn source_on_record(directory: &RunDirectory, records: &[Record]) -> Result<Vec<u8>, Complaint> {
    let path = records
        .iter()
        .rev()
        .find_map(|record| match &record.event {
            Event::RunbookReplaced { file, .. } => Some(directory.path().join(file)),
            _ => None,
        })
        .unwrap_or_else(|| directory.runbook());
    let unreadable = |why: String| {
        Complaint::new(Exit::Failed, format!("{}: {why}", path.display()))
            .hint("without the text that was run a run cannot be taken up; `stepmark verify` says what else is missing")
    };
    let source = std::fs::read(&path).map_err(|error| unreadable(reason(&error)))?;
    let digest = records.iter().rev().find_map(|record| match &record.event {
        Event::RunbookReplaced { runbook, .. } => Some(*runbook),
        Event::RunStarted(header) => Some(header.runbook),
        _ => None,
    });
    match digest {
        Some(digest) if digest != Digest::of(&source) => {
            Err(unreadable("it is not the text that was run".to_owned()))
        }
        Some(_) | None => Ok(source),
    }
}

/// The runbook to go on with. Where the file was changed, the change is refused, shown and confirmed, or none.
pub(super) fn current_runbook(
    held: &Held,
    arguments: &TakeUpArguments,
    signals: &Signals,
) -> Result<(Runbook, Option<Event>), Complaint> {
    let directory = held.held.directory();
    let source = source_on_record(directory, &held.records)?;
    let header = held.progress.header();
    let path = header.map_or_else(PathBuf::new, |header| PathBuf::from(&header.path));
    let same = |source| Runbook::parse(&path, source).map(|runbook| (runbook, None));
    let file = match std::fs::read(&path) {
        Ok(file) => file,
        Err(error) => {
            say_on_stderr(&format!(
                "note: {}: {}; the copy of the run is used\n",
                path.display(),
                reason(&error)
            ));
            return same(source);
        }
    };
    if file == source {
        return same(source);
    }
    let runbook = Runbook::parse(&path, file)?;
    let difference = Difference::between(held, &runbook.plan);
    if !difference.tried.is_empty() {
        return Err(Complaint::new(
            Exit::Refused,
            "the runbook was changed since, in steps that this run has tried",
        )
        .details(difference.tried)
        .hint(format!(
            "put the text back that was run ({}), or begin a new run",
            directory.runbook().display()
        )));
    }
    confirm(&difference, arguments, signals)?;
    let replaced = keep(directory, &held.records, &runbook)?;
    Ok((runbook, Some(replaced)))
}

/// What is different in another text of a runbook.
struct Difference {
    /// Of steps that were tried: those may not differ.
    tried: Vec<String>,
    /// Of the others.
    later: Vec<String>,
}

impl Difference {
    fn between(held: &Held, new: &Plan) -> Self {
        let mut found = Self {
            tried: Vec::new(),
            later: Vec::new(),
        };
        for (index, step) in held.plan.indexed() {
            let known = held.progress.step(index);
            let tried = known.attempt.is_some() || known.skip_reason.is_some();
            let line = match new.index_of(&step.id).map(|index| new.step(index)) {
                None => format!("- {} is gone", step.id),
                Some(other) if !is_same(step, other) => format!("~ {} is another text", step.id),
                Some(_) => continue,
            };
            match tried {
                true => found.tried.push(line),
                false => found.later.push(line),
            }
        }
        for step in &new.steps {
            if held.plan.index_of(&step.id).is_none() {
                found.later.push(format!("+ {} is new", step.id));
            }
        }
        found
    }
}

/// The same work, in the same part.
fn is_same(old: &Step, new: &Step) -> bool {
    let is_main = (old.is_main(), new.is_main());
    old.digest == new.digest && matches!(is_main, (true, true) | (false, false))
}

fn confirm(
    difference: &Difference,
    arguments: &TakeUpArguments,
    signals: &Signals,
) -> Result<(), Complaint> {
    let mut text = String::from("the runbook was changed since, in nothing that was tried:\n");
    if difference.later.is_empty() {
        text.push_str("  only prose and attributes\n");
    }
    for line in &difference.later {
        let _ = writeln!(text, "  {line}");
    }
    if arguments.accept_changes {
        say_on_stderr(&text);
        return Ok(());
    }
    let refused = |why: &str| {
        Complaint::new(Exit::Refused, why.to_owned())
            .details(text.lines().map(str::to_owned))
            .hint("put the text back that was run, or say --accept-changes")
    };
    with_person(mode(&arguments.terms), signals, |person| match person {
        None => Err(refused("the runbook is another one than was run")),
        Some(person) => {
            person.tell(&text);
            match person.ask("go on with the new text? [y/N] ", Echo::Shown) {
                Typed::Line(line) if matches!(line.trim(), "y" | "Y" | "yes") => Ok(()),
                Typed::Line(_) | Typed::Left => Err(refused("not confirmed; nothing was executed")),
            }
        }
    })
}

/// Keeps the new text beside the journal and says so.
fn keep(
    directory: &RunDirectory,
    records: &[Record],
    runbook: &Runbook,
) -> Result<Event, Complaint> {
    let before = records
        .iter()
        .filter(|record| matches!(record.event, Event::RunbookReplaced { .. }))
        .count();
    let file = format!("runbook.{}.md", before + 2);
    let path = directory.path().join(&file);
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .and_then(|mut open| {
            open.write_all(&runbook.source)?;
            open.sync_all()?;
            File::open(directory.path())?.sync_all()
        });
    written.map_err(|error| {
        let message = format!("cannot write {}: {}", path.display(), reason(&error));
        Complaint::new(Exit::Journal, message).hint("nothing was executed")
    })?;
    Ok(Event::RunbookReplaced {
        runbook: runbook.plan.digest,
        file,
        steps: runbook
            .plan
            .steps
            .iter()
            .filter(|step| step.is_main())
            .count() as u64,
    })
}
