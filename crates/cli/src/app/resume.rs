//! Taking a run up again: its journal read, what outlived its runner settled, its runbook compared, then driven on.

mod changed;
mod known_values;
mod left_over;
mod resolutions;
mod text_difference;
mod which_run;
mod worked_on;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use stepmark_core::plan::{Plan, Sources};
use stepmark_core::progress::{Ending, Progress};
use stepmark_core::record::{Event, Mode, Record, Verdict};
use stepmark_core::runner::{Command, RollbackPlan, after_death, rollback_plan};
use stepmark_core::{StepId, StepIndex};
use stepmark_driver::Past;
use stepmark_journal::{DirectoryError, HeldRun, RunDirectory};
use stepmark_parse::Parsed;

use self::changed::current_runbook;
use self::known_values::known_values;
use self::left_over::settle_left_over;
use self::resolutions::resolutions;
use self::which_run::which_run;
pub(super) use self::worked_on::worked_on;
use super::find_run::parsed_of;
use super::person::{mode, refuse_deaf};
use super::run::{Asked, Beginning, TakenUp, begin};
use super::{Folders, Surroundings, now, resolve};
use crate::arguments::TakeUpArguments;
use crate::signals::Signals;
use crate::{Complaint, Exit};

/// What the run is taken up for.
pub(crate) enum Purpose {
    /// To go on, after unknown steps are settled as these flags say.
    GoOn(Vec<String>),
    /// To undo what it did, down to a step or all of it.
    RollBack(Option<StepId>),
}

impl Purpose {
    /// The command that is for it.
    fn word(&self) -> &'static str {
        match self {
            Self::GoOn(_) => "resume",
            Self::RollBack(_) => "rollback",
        }
    }
}

/// A run with its lock held, as its journal tells it.
pub(super) struct Held {
    held: HeldRun,
    records: Vec<Record>,
    /// The texts that it goes by: the last ones on record.
    sources: Sources,
    parsed: Parsed,
    progress: Progress,
}

/// Takes up the run that `arguments` name.
pub(crate) fn take_up(arguments: &TakeUpArguments, purpose: &Purpose) -> Result<Exit, Complaint> {
    refuse_deaf(&arguments.terms)?;
    let signals = Signals::hear()?;
    let folders = Folders::here();
    let log_dir = arguments.terms.settings.log_dir.as_deref();
    let path = which_run(&folders, log_dir, arguments.run.as_deref(), purpose.word())?;
    let held = hold(&path)?;
    refuse_unbegun(&held)?;
    refuse_rehearsal(&held)?;
    refuse_scratch(&held)?;
    if matches!(purpose, Purpose::GoOn(_)) {
        refuse_finished(&held)?;
    }
    let (runbook, replaced) = current_runbook(&held, arguments, &signals)?;
    let mut found = settle_left_over(&held, arguments.orphans, &arguments.terms, &signals)?;
    found.extend(replaced);
    let progress = as_found(&held, &runbook.plan, &found);
    let first = match purpose {
        Purpose::RollBack(to) => {
            refuse_rolled_back(&held)?;
            let (undo, told) = rollback(&runbook.plan, &progress, to.as_ref())?;
            // A person is asked about it, with the same in the question.
            if mode(&arguments.terms) == Mode::Headless {
                crate::say::say_on_stderr(&told);
            }
            Some(undo)
        }
        Purpose::GoOn(_) if progress.next_undo().is_some() => Some(Command::RollBack { to: None }),
        Purpose::GoOn(_) => None,
    };
    let resolutions = match purpose {
        Purpose::GoOn(given) => resolutions(given, &runbook.plan, &progress)?,
        Purpose::RollBack(_) => BTreeMap::new(),
    };
    let inputs = known_values(
        &runbook,
        &progress,
        &held.records,
        &arguments.terms,
        &signals,
    )?;
    let connections = resolve(&runbook, &arguments.connect, &Surroundings::here());
    let connections = connections.map_err(|complaint| {
        let hint =
            worked_on(&runbook.plan, &progress, None).filter(|_| arguments.connect.is_empty());
        match hint {
            Some(hint) => complaint.hint(format!("nothing was executed; {hint}")),
            None => complaint,
        }
    })?;
    begin(
        Asked {
            runbook,
            inputs,
            connections,
            terms: &arguments.terms,
            variables: Vec::new(),
            scratch: false,
            signals,
        },
        Beginning::Before(Box::new(TakenUp {
            held: held.held,
            progress,
            past: Past {
                records: held.records,
                found,
            },
            first,
            resolutions,
        })),
    )
}

/// Takes the lock of the run at `path` and reads it.
fn hold(path: &Path) -> Result<Held, Complaint> {
    let directory = RunDirectory::open(path).map_err(|error| refused(&error))?;
    let (held, reading) = directory.take_up(now()).map_err(|error| refused(&error))?;
    let sources = changed::sources_on_record(held.directory(), &reading.records)?;
    let parsed = parsed_of(&reading.records, &sources);
    let mut progress = Progress::new(&parsed.plan);
    for record in &reading.records {
        progress.apply(&parsed.plan, record);
    }
    Ok(Held {
        held,
        records: reading.records,
        sources,
        parsed,
        progress,
    })
}

/// Where the run stands once what its death means and what was found since are taken in.
fn as_found(held: &Held, plan: &Plan, found: &[Event]) -> Progress {
    let mut progress = Progress::new(plan);
    for record in &held.records {
        progress.apply(plan, record);
    }
    let events = after_death(plan, &progress);
    let events = events.into_iter().chain(found.iter().cloned());
    for (seq, event) in (progress.last_seq() + 1..).zip(events) {
        let at = now();
        progress.apply(plan, &Record { seq, at, event });
    }
    progress
}

/// A runner that died before its first record had executed nothing; there is no run to go on with.
fn refuse_unbegun(held: &Held) -> Result<(), Complaint> {
    if has_begun(&held.records) {
        return Ok(());
    }
    let run = held.held.directory().run();
    Err(Complaint::new(
        Exit::Usage,
        format!("run {run} ended before its first record: nothing of it was executed"),
    )
    .hint("begin it anew with `stepmark run`"))
}

/// What a rehearsal ran on is gone.
fn refuse_rehearsal(held: &Held) -> Result<(), Complaint> {
    if !is_rehearsal(&held.records) {
        return Ok(());
    }
    let run = held.held.directory().run();
    let message =
        format!("run {run} is a rehearsal: its throwaway clusters are not there any more");
    Err(Complaint::new(Exit::Usage, message).hint(
        "rehearse the runbook again, or name a run of the real servers; `stepmark runs` lists them",
    ))
}

fn is_rehearsal(records: &[Record]) -> bool {
    let first = records.first().map(|record| &record.event);
    matches!(first, Some(Event::RunStarted(header)) if header.rehearsal.is_some())
}

fn has_begun(records: &[Record]) -> bool {
    let begins = |record: &Record| matches!(record.event, Event::RunStarted(_));
    records.first().is_some_and(begins)
}

/// What the run worked on went with it, and what else answers there now is another server.
fn refuse_scratch(held: &Held) -> Result<(), Complaint> {
    if !is_scratch(&held.records) {
        return Ok(());
    }
    let run = held.held.directory().run();
    let message = format!(
        "run {run} was on throwaway servers, which went with it: nothing is left to go on with or to undo"
    );
    Err(Complaint::new(Exit::Usage, message).hint(format!(
        "begin a new run; `stepmark report {run}` tells what this one did, `show` and `verify` work too"
    )))
}

fn is_scratch(records: &[Record]) -> bool {
    let first = records.first().map(|record| &record.event);
    matches!(first, Some(Event::RunStarted(header)) if header.scratch)
}

fn refuse_finished(held: &Held) -> Result<(), Complaint> {
    refuse_rolled_back(held)?;
    if !matches!(held.progress.ending(), Some(Ending::Finished(_))) {
        return Ok(());
    }
    let run = held.held.directory().run();
    let message = format!("run {run} finished: nothing is left to do");
    let found = rollback_plan(&held.parsed.plan, &held.progress, None);
    let hint = match found.undo.is_empty() {
        true => "run the runbook again for a new run".to_owned(),
        false => format!(
            "run the runbook again for a new run, or `stepmark rollback {run}` to undo this one"
        ),
    };
    Err(Complaint::new(Exit::Usage, message).hint(hint))
}

fn refuse_rolled_back(held: &Held) -> Result<(), Complaint> {
    if !matches!(
        held.progress.ending(),
        Some(Ending::Finished(Verdict::RolledBack))
    ) {
        return Ok(());
    }
    let run = held.held.directory().run();
    let message = format!("run {run} was rolled back: nothing is left to do or undo");
    Err(Complaint::new(Exit::Usage, message).hint("run the runbook again for a new run"))
}

/// The command that undoes, once it is known that there is something to undo, and what it will do in words.
fn rollback(
    plan: &Plan,
    progress: &Progress,
    to: Option<&StepId>,
) -> Result<(Command, String), Complaint> {
    let to =
        match to {
            None => None,
            Some(id) => Some(plan.index_of(id).ok_or_else(|| {
                Complaint::new(Exit::Usage, format!("there is no step called {id}"))
            })?),
        };
    if let Some(step) = to.filter(|step| progress.step(*step).attempt.is_none()) {
        let id = &plan.step(step).id;
        return Err(Complaint::new(
            Exit::Usage,
            format!("step {id} was not tried in this run, so nothing goes down to it"),
        )
        .hint("name a step that was, or leave --to out to undo all of the run"));
    }
    let RollbackPlan {
        undo,
        lasting,
        barrier,
    } = rollback_plan(plan, progress, to);
    let ids = |steps: &[StepIndex]| {
        let ids: Vec<&str> = steps
            .iter()
            .map(|index| plan.step(*index).id.as_str())
            .collect();
        ids.join(", ")
    };
    if undo.is_empty() {
        let complaint = Complaint::new(Exit::Usage, "nothing that this run did has an undo");
        return Err(match barrier {
            Some(step) => complaint.hint(format!(
                "step {} was the point of no return",
                plan.step(step).id
            )),
            None => complaint.hint("an undo is a step with `rollback=STEP`"),
        });
    }
    let mut text = format!("will undo, in this order: {}\n", ids(&undo));
    if !lasting.is_empty() {
        let _ = writeln!(text, "has no undo and stays: {}", ids(&lasting));
    }
    if let Some(step) = barrier {
        let id = &plan.step(step).id;
        let _ = writeln!(
            text,
            "nothing before {id} is undone: it was the point of no return"
        );
    }
    Ok((Command::RollBack { to }, text))
}

fn refused(error: &DirectoryError) -> Complaint {
    let exit = match error {
        DirectoryError::Locked { .. } => Exit::Refused,
        DirectoryError::NotARun { .. } => Exit::Usage,
        DirectoryError::Read(_) => Exit::Failed,
        DirectoryError::Unwritable { .. }
        | DirectoryError::Symlink { .. }
        | DirectoryError::Journal(_) => Exit::Journal,
    };
    Complaint::new(exit, error.to_string()).hint(error.hint())
}
