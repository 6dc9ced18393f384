//! A run: connections probed, directory made, driver started, screen or printer shown, report written.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stepmark_core::plan::{Plan, Sources};
use stepmark_core::progress::{Ending, Progress};
use stepmark_core::record::{
    IncludedSource, Mode, PreviousRun, Resolution, RunHeader, TargetIdentity, Verdict,
};
use stepmark_core::report;
use stepmark_core::runner::{Command, Terms};
use stepmark_core::{ConnectionName, StepIndex};
use stepmark_driver::{Driver, DriverError, EnvironmentAnswer, Past, Setup};
use stepmark_engines::postgres::TargetLock;
use stepmark_journal::{
    DirectoryError, FileDisk, HeldRun, JournalError, RunDirectory, included_file,
};
use stepmark_tui::{Opening, Reach, TargetLine};

use super::attended::attended;
use super::connections::{complain, probe, unreachable};
use super::environment::confirm_environment;
use super::operator::operator;
use super::person::{Presentation, mode, presentation, with_person};
use super::private_file::replace_private;
use super::requirements::check_requirements;
use super::resume::worked_on;
use super::slots::check_slots;
use super::terms::terms;
use super::view::View;
use super::{Connections, Folders, History, Inputs, Runbook, Signer, index, now};
use crate::arguments::{ScreenArguments, TermArguments};
use crate::say::say_on_stderr;
use crate::signals::{self, Signals};
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
    Before(Box<TakenUp>),
}

/// A run that another runner has left.
pub(crate) struct TakenUp {
    /// Its directory.
    pub(crate) held: HeldRun,
    /// Where it stands.
    pub(crate) progress: Progress,
    /// What is on record, and what was found since.
    pub(crate) past: Past,
    /// What is done first.
    pub(crate) first: Option<Command>,
    /// What flags say that unknown steps did, and how that is known.
    pub(crate) resolutions: BTreeMap<StepIndex, (Resolution, String)>,
}

/// Runs a runbook to wherever the operator takes it.
pub(crate) fn run(asked: Asked<'_>) -> Result<Exit, Complaint> {
    begin(asked, Beginning::Now)
}

/// Begins a run, or takes one up, and drives it to its end.
pub(crate) fn begin(mut asked: Asked<'_>, beginning: Beginning) -> Result<Exit, Complaint> {
    let mut checked = check(&mut asked, &beginning)?;
    let flags = asked.terms;
    checked.terms.shown = identities(&checked.targets);
    checked.terms.addresses = asked.connections.addresses.clone();
    checked.terms.captures = asked.inputs.captures.clone();
    if let Beginning::Before(taken_up) = &beginning {
        checked.terms.resolutions = taken_up.resolutions.clone();
    }
    asked.signals.hold();
    let mut place = Place::of(beginning, &checked.root, &asked.runbook.sources)?;
    let undoes = place.first.is_some();
    // A person sees on the screen what would be done, and begins it there.
    let asked_first = match checked.mode {
        Mode::Headless => None,
        Mode::Interactive => place.first.take(),
    };
    index::remember(&checked.folders, place.held.directory().path());
    let header = RunHeader {
        scratch: asked.scratch,
        ..header(&asked.runbook, checked.mode, place.previous)
    };
    let mut shown = asked.runbook.plan.clone();
    checked.history.estimate(&mut shown);
    let rehearsed = (!asked.scratch).then(|| {
        let history = &checked.history;
        let told = checked.rehearsed.take();
        told.unwrap_or_else(|| history.rehearsed(&header.path, header.texts(), now()))
    });
    let opening = Opening {
        plan: shown,
        targets: checked.targets,
        run: place.held.directory().run().clone(),
        path: asked.runbook.path.display().to_string(),
        log: place.held.directory().path().display().to_string(),
        scratch: asked.scratch,
        rehearsed,
        first: asked_first,
    };
    let setup = Setup {
        header,
        held: place.held,
        past: place.past,
        first: place.first,
        terms: checked.terms,
        connections: asked.connections.settings,
        folder: asked.runbook.folder(),
        plan: asked.runbook.plan,
        psql: PathBuf::from("psql"),
        inputs: asked.inputs.given,
        environment: checked.environment,
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
        show(driver, &opening, flags, warnings, checked.mode);
    })
    .map_err(journal_failed)?;
    // The report is made from what is on disk, and a large runbook need not be here twice.
    drop(asked.runbook.sources);
    write_report(&directory)?;
    if let Some(signer) = checked.signer {
        signer.sign(&directory)?;
    }
    Ok(match ended.ending {
        Ending::Finished(Verdict::RolledBack) if undoes => Exit::Done,
        ending => Exit::of(&ending),
    })
}

/// What was found in order before anything is made or executed.
struct Checked {
    mode: Mode,
    terms: Terms,
    targets: Vec<TargetLine>,
    signer: Option<Signer>,
    folders: Folders,
    root: PathBuf,
    /// Of this runbook's runs before this one.
    history: History,
    environment: Option<EnvironmentAnswer>,
    /// What was told of rehearsals, where the environment was asked for: the screen says the same.
    rehearsed: Option<String>,
}

/// Looks at everything that could be in the way, asking the person where one is there.
fn check(asked: &mut Asked<'_>, beginning: &Beginning) -> Result<Checked, Complaint> {
    let flags = asked.terms;
    let mode = mode(flags);
    let plan = &asked.runbook.plan;
    let terms = terms(plan, flags, mode)?;
    let addresses = &asked.connections.addresses;
    check_slots(&asked.runbook, &asked.inputs, &|name| {
        addresses.get(name).cloned()
    })?;
    let settings = &mut asked.connections.settings;
    let mut targets = with_person(mode, &asked.signals, |person| probe(plan, settings, person))?;
    if let Beginning::Before(taken_up) = beginning {
        hint_at_the_way_back(plan, &taken_up.progress, &mut targets);
    }
    check_requirements(&asked.runbook, &targets, &asked.path())?;
    if let Some((line, failure)) = unreachable(plan, &targets) {
        return Err(complain(&line.connection, failure));
    }
    if let Beginning::Before(taken_up) = beginning {
        refuse_elsewhere(plan, &taken_up.progress, &targets)?;
    }
    let signer = flags
        .settings
        .sign
        .as_deref()
        .map(Signer::try_out)
        .transpose()?;
    let folders = Folders::here();
    let root = root(&asked.runbook, flags, beginning);
    let history = History::of_runbook(&root);
    let path = asked.runbook.full_path().display().to_string();
    let told = OnceCell::new();
    let known = || {
        let history = history.with_others(&folders, &root);
        (
            history.untried(plan),
            told.get_or_init(|| history.rehearsed(&path, asked.runbook.sources.digest(), now()))
                .clone(),
        )
    };
    let environment = match asked.scratch {
        true => None,
        false => with_person(mode, &asked.signals, |person| {
            let flag = flags.environment.as_deref();
            confirm_environment(&plan.front, flag, &targets, &known, person)
        })?,
    };
    Ok(Checked {
        mode,
        terms,
        targets,
        signer,
        folders,
        root,
        history,
        environment,
        rehearsed: told.into_inner(),
    })
}

/// The folder that holds the runs of this runbook.
fn root(runbook: &Runbook, flags: &TermArguments, beginning: &Beginning) -> PathBuf {
    match beginning {
        Beginning::Now => {
            let log_dir = flags.settings.log_dir.as_deref();
            Folders::runs(&runbook.folder(), &runbook.stem(), log_dir)
        }
        Beginning::Before(taken_up) => {
            let path = taken_up.held.directory().path();
            path.parent().unwrap_or(path).to_owned()
        }
    }
}

/// Where a run is kept, and what is on record of it.
struct Place {
    previous: Option<PreviousRun>,
    held: HeldRun,
    past: Option<Past>,
    first: Option<Command>,
}

impl Place {
    /// A directory made in `root`, or that of the run that is taken up.
    fn of(beginning: Beginning, root: &Path, sources: &Sources) -> Result<Self, Complaint> {
        Ok(match beginning {
            Beginning::Now => Self {
                previous: stepmark_journal::previous(root),
                held: create(root, sources).map_err(|error| unwritable(&error))?,
                past: None,
                first: None,
            },
            Beginning::Before(taken_up) => Self {
                previous: None,
                held: taken_up.held,
                past: Some(taken_up.past),
                first: taken_up.first,
            },
        })
    }
}

/// A directory in `root`, with a copy of each text.
pub(super) fn create(root: &Path, sources: &Sources) -> Result<HeldRun, DirectoryError> {
    let text = |file| sources.text(file).as_bytes();
    let included: Vec<&[u8]> = sources.included().iter().map(text).collect();
    let disk = Arc::new(FileDisk);
    RunDirectory::create_including(disk, root, now(), text(sources.runbook()), &included)
}

/// The files in `sources` that a runbook includes, whose own copy is called `copy`.
pub(super) fn included(sources: &Sources, copy: &str) -> Vec<IncludedSource> {
    let files = sources.included().iter().enumerate();
    files
        .map(|(at, file)| IncludedSource {
            path: file.path.clone(),
            digest: file.digest,
            file: included_file(copy, at + 1),
        })
        .collect()
}

pub(super) fn header(runbook: &Runbook, mode: Mode, previous: Option<PreviousRun>) -> RunHeader {
    let plan = &runbook.plan;
    RunHeader {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        title: plan.title.clone(),
        path: runbook.full_path().display().to_string(),
        runbook: plan.digest,
        included: included(&runbook.sources, "runbook.md"),
        steps: plan.steps.iter().filter(|step| step.is_main()).count() as u64,
        operator: operator(),
        mode,
        previous,
        rehearsal: None,
        scratch: false,
    }
}

/// A connection that failed is to lead where it did before, which the log knows.
fn hint_at_the_way_back(plan: &Plan, progress: &Progress, targets: &mut [TargetLine]) {
    for target in targets {
        if let Reach::Failed(failure) = &mut target.reach
            && failure.password.is_none()
            && let Some(hint) = worked_on(plan, progress, Some(&target.connection))
        {
            failure.hint = Some(hint);
        }
    }
}

/// A run goes on where it was; anywhere else it would be another one.
fn refuse_elsewhere(
    plan: &Plan,
    progress: &Progress,
    targets: &[TargetLine],
) -> Result<(), Complaint> {
    for (name, target) in identities(targets) {
        let known = progress.connection(&name);
        if let Some(difference) = known.and_then(|known| known.target.difference(&target)) {
            return Err(Complaint::new(
                Exit::Refused,
                format!("connection {name} leads somewhere else than in this run: {difference}"),
            )
            .hint(match worked_on(plan, progress, Some(&name)) {
                Some(hint) => format!("nothing was executed; {hint}"),
                None => {
                    "nothing was executed; give the server of this run with --connect".to_owned()
                }
            }));
        }
    }
    Ok(())
}

/// What each connection said it leads to, which the run must find again.
pub(super) fn identities(targets: &[TargetLine]) -> BTreeMap<ConnectionName, TargetIdentity> {
    let identity = |line: &TargetLine| match &line.reach {
        Reach::Identified(identity) => Some((line.connection.clone(), (**identity).clone())),
        Reach::Failed(_) | Reach::Untried => None,
    };
    targets.iter().filter_map(identity).collect()
}

fn show(driver: &Driver, opening: &Opening, flags: &TermArguments, warnings: &str, mode: Mode) {
    match mode {
        Mode::Headless if flags.json => {
            let progress = plain::json(&opening.plan, driver.feed().cursor());
            say_on_stderr(&plain::next(opening, &progress, flags));
        }
        Mode::Headless => {
            plain::opening(opening, warnings);
            let progress = plain::follow(&opening.plan, driver.feed().cursor(), driver.outputs());
            plain::print(&plain::next(opening, &progress, flags));
        }
        Mode::Interactive => {
            let progress = match presentation(&flags.settings.screen) {
                Presentation::Plain => plain::attend(driver, opening, warnings),
                Presentation::Screen => on_screen(driver, opening, &flags.settings.screen),
            };
            plain::print(&plain::next(opening, &progress, flags));
        }
    }
}

/// Shows the run on the screen; when the screen cannot go on, the run is put down and not left alone.
fn on_screen(driver: &Driver, opening: &Opening, flags: &ScreenArguments) -> Progress {
    let wake = Arc::new(tokio::sync::Notify::new());
    let woken = Arc::clone(&wake);
    driver.feed().wake(move || woken.notify_one());
    let continued = Arc::clone(&wake);
    signals::hear_continued(move || continued.notify_one());
    let view = View {
        cursor: driver.feed().cursor(),
        remote: driver.remote(),
        outputs: driver.outputs(),
        folder: driver.directory().path(),
    };
    let left = stepmark_tui::run(opening.clone(), view, wake, screen_settings(flags));
    if !matches!(left, Ok(stepmark_tui::Departure::Ended)) {
        driver.remote().signal(signal_hook::consts::SIGHUP);
    }
    if let Err(error) = &left {
        say_on_stderr(&format!("stepmark: {error}\n"));
    }
    plain::closing(&opening.plan, driver.feed().cursor(), &opening.log)
}

/// How the screen is drawn here, and which keys it has.
pub(crate) fn screen_settings(flags: &ScreenArguments) -> stepmark_tui::Settings {
    let set = |name: &str| std::env::var(name).ok();
    let (term, colorterm) = (set("TERM"), set("COLORTERM"));
    let no_color = set("NO_COLOR");
    let (tmux, sty) = (set("TMUX"), set("STY"));
    // A multiplexer hands on what the terminal said that it was started in.
    let is_shared = tmux.is_some() || sty.is_some();
    let background = set("COLORFGBG").filter(|_| !is_shared);
    stepmark_tui::Settings {
        mouse: !flags.no_mouse,
        colour: stepmark_tui::Colour::of_terminal(
            term.as_deref(),
            colorterm.as_deref(),
            no_color.as_deref(),
        ),
        glyphs: match flags.ascii {
            true => stepmark_tui::Glyphs::Ascii,
            false => stepmark_tui::Glyphs::default(),
        },
        clipboard: stepmark_tui::Clipboard::of_terminal(
            term.as_deref(),
            tmux.as_deref(),
            sty.as_deref(),
        ),
        theme: flags.theme.on(background.as_deref()),
        keys: flags.keys.clone(),
    }
}

pub(super) fn write_report(directory: &RunDirectory) -> Result<(), Complaint> {
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

pub(super) fn unwritable(error: &DirectoryError) -> Complaint {
    Complaint::new(Exit::Journal, error.to_string())
        .hint("nothing was executed; give another place with --log-dir DIR")
}

pub(super) fn journal_failed(error: DriverError) -> Complaint {
    let (error, unrecorded) = match error {
        DriverError::Journal { error, unrecorded } => (error, unrecorded),
        DriverError::Passfile(_) | DriverError::Shells(_) | DriverError::Thread(_) => {
            return Complaint::new(Exit::Refused, error.to_string());
        }
    };
    let complaint = Complaint::new(
        Exit::Journal,
        format!("the log could not be written: {error}"),
    );
    let lines = unrecorded.map(|outcome| format!("NOT RECORDED: {outcome}"));
    complaint.details(lines).hint(JournalError::hint(&error))
}
