//! A run: connections probed, directory made, driver started, screen or printer shown, report written.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use stepmark_core::progress::{Ending, Progress};
use stepmark_core::record::{Mode, RunHeader, TargetIdentity, Verdict};
use stepmark_core::report;
use stepmark_core::runner::Command;
use stepmark_core::{ConnectionName, Timestamp};
use stepmark_driver::{Driver, DriverError, Past, Setup};
use stepmark_engines::postgres::TargetLock;
use stepmark_journal::{HeldRun, JournalError, RunDirectory};
use stepmark_tui::{Opening, Reach, TargetLine};

use super::attended::attended;
use super::connections::{complain, probe, unreachable};
use super::environment::confirm_environment;
use super::operator::operator;
use super::person::{mode, with_person};
use super::private_file::replace_private;
use super::requirements::check_requirements;
use super::slots::check_slots;
use super::terms::terms;
use super::view::View;
use super::{Connections, Folders, History, Inputs, Runbook, Signer, index};
use crate::arguments::TermArguments;
use crate::say::say_on_stderr;
use crate::signals::Signals;
use crate::{Complaint, Exit, plain};

/// What is asked for.
pub(crate) struct Asked<'a> {
    /// The runbook.
    pub(crate) runbook: Runbook,
    /// What its variables are given beforehand.
    pub(crate) inputs: Inputs,
    /// Where its connections lead.
    pub(crate) connections: Connections,
    /// Flags.
    pub(crate) terms: &'a TermArguments,
    /// Variables for shell steps.
    pub(crate) variables: Vec<(String, String)>,
    /// Whether the connections lead to throwaway clusters.
    pub(crate) scratch: bool,
    /// Who hears signals.
    pub(crate) signals: Signals,
}

impl Asked<'_> {
    /// PATH as shell steps see it.
    fn path(&self) -> String {
        let given = self.variables.iter().find(|(name, _)| name == "PATH");
        match given {
            Some((_, path)) => path.clone(),
            None => std::env::var("PATH").unwrap_or_default(),
        }
    }
}

/// How a run begins.
pub(crate) enum Beginning {
    /// Anew, in a directory that is made for it.
    Now,
    /// Where another runner has left it.
    Before {
        /// Its directory.
        held: HeldRun,
        /// Where it stands.
        progress: Box<Progress>,
        /// What is on record, and what was found since.
        past: Past,
        /// What is done first.
        first: Option<Command>,
    },
}

/// Runs a runbook to wherever the operator takes it.
pub(crate) fn run(asked: Asked<'_>) -> Result<Exit, Complaint> {
    begin(asked, Beginning::Now)
}

/// Begins a run, or takes one up, and drives it to its end.
pub(crate) fn begin(mut asked: Asked<'_>, beginning: Beginning) -> Result<Exit, Complaint> {
    let flags = asked.terms;
    let mode = mode(flags);
    let plan = asked.runbook.plan.clone();
    let mut terms = terms(&plan, flags, mode)?;
    let addresses = &asked.connections.addresses;
    check_slots(&asked.runbook, &asked.inputs, &|name| {
        addresses.get(name).cloned()
    })?;
    let settings = &mut asked.connections.settings;
    let targets = with_person(mode, &asked.signals, |person| {
        probe(&plan, settings, person)
    })?;
    check_requirements(&asked.runbook, &targets, &asked.path())?;
    if let Some((line, failure)) = unreachable(&plan, &targets) {
        return Err(complain(&line.connection, failure));
    }
    if let Beginning::Before { progress, .. } = &beginning {
        refuse_elsewhere(progress, &targets)?;
    }
    let signer = flags.sign.as_deref().map(Signer::try_out).transpose()?;
    let folders = Folders::here();
    let root = match &beginning {
        Beginning::Now => Folders::runs(
            &asked.runbook.folder(),
            &asked.runbook.stem(),
            flags.log_dir.as_deref(),
        ),
        Beginning::Before { held, .. } => {
            let path = held.directory().path();
            path.parent().unwrap_or(path).to_owned()
        }
    };
    let untried = || History::everywhere(&folders, &root).untried(&plan);
    let environment = match asked.scratch {
        true => None,
        false => with_person(mode, &asked.signals, |person| {
            let flag = flags.environment.as_deref();
            confirm_environment(&plan.front, flag, &targets, &untried, person)
        })?,
    };
    terms.shown = identities(&targets);
    terms.addresses = asked.connections.addresses;
    terms.captures = asked.inputs.captures;
    asked.signals.hold();
    let (previous, held, past, first) = match beginning {
        Beginning::Now => {
            let previous = stepmark_journal::previous(&root);
            let held = RunDirectory::create(&root, now(), &asked.runbook.source)
                .map_err(|error| unwritable(&error))?;
            (previous, held, None, None)
        }
        Beginning::Before {
            held, past, first, ..
        } => (None, held, Some(past), first),
    };
    let undoes = first.is_some();
    // A person sees on the screen what would be done, and begins it there.
    let (first, asked_first) = match mode {
        Mode::Headless => (first, None),
        Mode::Interactive => (None, first),
    };
    index::remember(&folders, held.directory().path());
    let header = RunHeader {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        title: plan.title.clone(),
        path: asked.runbook.full_path().display().to_string(),
        runbook: plan.digest,
        steps: plan.steps.iter().filter(|step| step.is_main()).count() as u64,
        operator: operator(),
        mode,
        previous,
    };
    let mut shown = plan.clone();
    History::of_runbook(&root).estimate(&mut shown);
    let opening = Opening {
        plan: shown,
        targets,
        run: held.directory().run().clone(),
        path: asked.runbook.path.display().to_string(),
        log: held.directory().path().display().to_string(),
        scratch: asked.scratch,
        first: asked_first,
    };
    let setup = Setup {
        plan,
        header,
        held,
        past,
        first,
        terms,
        connections: asked.connections.settings,
        folder: asked.runbook.folder(),
        psql: PathBuf::from("psql"),
        inputs: asked.inputs.given,
        environment,
        variables: asked.variables,
        target_lock: match flags.no_target_lock {
            true => TargetLock::Leave,
            false => TargetLock::Take,
        },
        clock: now,
    };
    let driver = Driver::start(setup).map_err(journal_failed)?;
    asked.signals.pass_on(driver.remote());
    let directory = driver.directory().clone();
    let warnings = &asked.runbook.warnings;
    let ended = attended(driver, |driver| {
        show(driver, opening, flags, warnings, mode);
    })
    .map_err(journal_failed)?;
    write_report(&directory)?;
    if let Some(signer) = signer {
        signer.sign(&directory)?;
    }
    Ok(match ended.ending {
        Ending::Finished(Verdict::RolledBack) if undoes => Exit::Done,
        ending => Exit::of(&ending),
    })
}

/// A run goes on where it was; anywhere else it would be another one.
fn refuse_elsewhere(progress: &Progress, targets: &[TargetLine]) -> Result<(), Complaint> {
    for (name, target) in identities(targets) {
        let known = progress.connection(&name);
        if let Some(difference) = known.and_then(|known| known.target.difference(&target)) {
            return Err(Complaint::new(
                Exit::Refused,
                format!("connection {name} leads somewhere else than in this run: {difference}"),
            )
            .hint("nothing was executed; give the server of this run with --connect"));
        }
    }
    Ok(())
}

/// What each connection said it leads to, which the run must find again.
fn identities(targets: &[TargetLine]) -> BTreeMap<ConnectionName, TargetIdentity> {
    let identity = |line: &TargetLine| match &line.reach {
        Reach::Identified(identity) => Some((line.connection.clone(), (**identity).clone())),
        Reach::Failed(_) | Reach::Untried => None,
    };
    targets.iter().filter_map(identity).collect()
}

fn show(driver: &Driver, opening: Opening, flags: &TermArguments, warnings: &str, mode: Mode) {
    match mode {
        Mode::Headless => {
            if flags.json {
                plain::json(driver.feed().cursor());
            } else {
                plain::opening(&opening, warnings);
                plain::follow(&opening.plan, driver.feed().cursor(), driver.outputs());
            }
        }
        Mode::Interactive => on_screen(driver, opening, flags),
    }
}

/// Shows the run on the screen; when the screen cannot go on, the run is put down and not left alone.
fn on_screen(driver: &Driver, opening: Opening, flags: &TermArguments) {
    let wake = Arc::new(tokio::sync::Notify::new());
    let woken = Arc::clone(&wake);
    driver.feed().wake(move || woken.notify_one());
    let view = View {
        cursor: driver.feed().cursor(),
        remote: driver.remote(),
        outputs: driver.outputs(),
    };
    let log = opening.log.clone();
    let plan = opening.plan.clone();
    let left = stepmark_tui::run(opening, view, wake, screen_settings(flags));
    if !matches!(left, Ok(stepmark_tui::Departure::Ended)) {
        driver.remote().signal(signal_hook::consts::SIGHUP);
    }
    if let Err(error) = &left {
        say_on_stderr(&format!("stepmark: {error}\n"));
    }
    plain::closing(&plan, driver.feed().cursor(), &log);
}

fn screen_settings(flags: &TermArguments) -> stepmark_tui::Settings {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    stepmark_tui::Settings {
        mouse: !flags.no_mouse,
        colour: match no_colour {
            true => stepmark_tui::Colour::Never,
            false => stepmark_tui::Colour::default(),
        },
        glyphs: match flags.ascii {
            true => stepmark_tui::Glyphs::Ascii,
            false => stepmark_tui::Glyphs::default(),
        },
    }
}

fn write_report(directory: &RunDirectory) -> Result<(), Complaint> {
    let read = super::find_run::read_run(directory.path())?;
    let text = report::markdown(&read.plan, directory.run(), &read.records);
    let path = directory.report();
    replace_private(&path, &text).map_err(|error| {
        let reason = super::runbook::reason(&error);
        Complaint::new(
            Exit::Journal,
            format!("cannot write {}: {reason}", path.display()),
        )
        .hint("the journal is complete; `stepmark report` prints the same")
    })
}

/// The wall clock.
fn now() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}

fn unwritable(error: &stepmark_journal::DirectoryError) -> Complaint {
    Complaint::new(Exit::Journal, error.to_string())
        .hint("nothing was executed; give another place with --log-dir DIR")
}

fn journal_failed(error: DriverError) -> Complaint {
    let (error, unrecorded) = match error {
        DriverError::Journal { error, unrecorded } => (error, unrecorded),
        DriverError::Passfile(_) | DriverError::Shells(_) => {
            return Complaint::new(Exit::Journal, error.to_string());
        }
    };
    let complaint = Complaint::new(
        Exit::Journal,
        format!("the log could not be written: {error}"),
    );
    let lines = unrecorded.map(|outcome| format!("NOT RECORDED: {outcome}"));
    complaint.details(lines).hint(JournalError::hint(&error))
}
