//! The runbook of a run that is taken up: the text on record, or the file's when only what is still to be done differs.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use stepmark_core::Digest;
use stepmark_core::plan::{Plan, Sources, Step};
use stepmark_core::progress::StepState;
use stepmark_core::record::{Event, Record};
use stepmark_journal::{RunDirectory, RunTexts};

use super::Held;
use crate::app::ask::{Echo, Typed};
use crate::app::find_run::path_of;
use crate::app::person::{mode, with_person};
use crate::app::run::included;
use crate::app::sources::{gather, text_of};
use crate::app::{Runbook, reason};
use crate::arguments::TakeUpArguments;
use crate::say::say_on_stderr;
use crate::signals::Signals;
use crate::{Complaint, Exit};

/// The texts that a run goes by: the last ones on record.
pub(super) fn sources_on_record(
    directory: &RunDirectory,
    records: &[Record],
) -> Result<Sources, Complaint> {
    let sources = RunTexts::of(records).read_unchanged(directory);
    sources.map_err(|text| {
        let path = directory.path().join(&text.file);
        let message = format!("{}: {}", path.display(), reason(&text.error));
        Complaint::new(Exit::Failed, message)
            .hint("without the text that was run a run cannot be taken up; `stepmark verify` says what else is missing")
    })
}

/// The runbook to go on with. Where a file was changed, the change is refused, shown and confirmed, or none.
pub(super) fn current_runbook(
    held: &Held,
    arguments: &TakeUpArguments,
    signals: &Signals,
) -> Result<(Runbook, Option<Event>), Complaint> {
    let directory = held.held.directory();
    let recorded = &held.sources;
    let path = path_of(&held.records);
    let as_recorded = || {
        let runbook = Runbook::of(&path, recorded.clone(), held.parsed.clone())?;
        Ok((runbook, None))
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            note_copy_used(&path, &reason(&error));
            return as_recorded();
        }
    };
    let folder = path.parent().unwrap_or(&path).to_owned();
    let (sources, parsed) = gather(&path, bytes, |included| {
        let file = folder.join(included);
        text_of(&file).or_else(|objection| match recorded.find(included) {
            Some(at) => {
                note_copy_used(&file, &objection);
                let known = &recorded.files()[at];
                Ok(recorded.text(known).as_bytes().to_vec())
            }
            None => Err(objection),
        })
    });
    if has_texts_of(&sources, recorded) {
        return as_recorded();
    }
    let runbook = Runbook::of(&path, sources, parsed)?;
    let difference = Difference::between(held, &runbook.plan);
    if !difference.settled.is_empty() {
        return Err(Complaint::new(
            Exit::Refused,
            "the runbook was changed since, in steps that this run is through with",
        )
        .details(difference.settled)
        .hint(format!(
            "put the text back that was run ({}), or begin a new run",
            directory.runbook().display()
        )));
    }
    confirm(&difference, arguments, signals)?;
    let replaced = keep(directory, &held.records, &runbook)?;
    Ok((runbook, Some(replaced)))
}

fn note_copy_used(file: &Path, why: &str) {
    say_on_stderr(&format!(
        "note: {}: {why}; the copy of the run is used\n",
        file.display()
    ));
}

/// Whether both are the same texts under the same names.
fn has_texts_of(sources: &Sources, recorded: &Sources) -> bool {
    let texts = |of: &Sources| -> Vec<(String, Digest)> {
        let included = of.included().iter();
        let included = included.map(|file| (file.path.clone(), file.digest));
        let runbook = (String::new(), of.runbook().digest);
        std::iter::once(runbook).chain(included).collect()
    };
    texts(sources) == texts(recorded)
}

/// What is different in another text of a runbook.
struct Difference {
    /// Of steps that are done, or of which nobody knows: those may not differ.
    settled: Vec<String>,
    /// Of the others.
    later: Vec<String>,
}

impl Difference {
    fn between(held: &Held, new: &Plan) -> Self {
        let mut found = Self {
            settled: Vec::new(),
            later: Vec::new(),
        };
        for (index, step) in held.parsed.plan.indexed() {
            let known = held.progress.step(index);
            let tried = known.attempt.is_some() || known.skip_reason.is_some();
            let (line, is_settled) = match new.index_of(&step.id).map(|index| new.step(index)) {
                None => (format!("- {} is gone", step.id), tried),
                Some(other) if !is_same(step, other) => {
                    let settled = tried && !may_be_mended(&known.state);
                    (format!("~ {} is another text", step.id), settled)
                }
                Some(_) => continue,
            };
            match is_settled {
                true => found.settled.push(line),
                false => found.later.push(line),
            }
        }
        for step in &new.steps {
            if held.parsed.plan.index_of(&step.id).is_none() {
                found.later.push(format!("+ {} is new", step.id));
            }
        }
        found
    }
}

/// Whether a step in this state has no effect that its text on record stands for: it failed, or what it did was undone. What
/// was tried stands in the record of each attempt.
fn may_be_mended(state: &StepState) -> bool {
    matches!(
        state,
        StepState::Failed | StepState::Undone { .. } | StepState::RolledBack
    )
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
    let mut text = String::from("the runbook was changed since, in nothing that was done:\n");
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

/// Keeps the new texts beside the journal and says so.
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
    let included = included(&runbook.sources, &file);
    let names = std::iter::once(&file).chain(included.iter().map(|one| &one.file));
    for (name, source) in names.zip(runbook.sources.files()) {
        let path = directory.path().join(name);
        write(&path, runbook.sources.text(source)).map_err(|error| {
            let message = format!("cannot write {}: {}", path.display(), reason(&error));
            Complaint::new(Exit::Journal, message).hint("nothing was executed")
        })?;
    }
    let folder = File::open(directory.path()).and_then(|folder| folder.sync_all());
    folder.map_err(|error| {
        let message = format!(
            "cannot sync {}: {}",
            directory.path().display(),
            reason(&error)
        );
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
        included,
    })
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
