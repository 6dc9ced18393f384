//! One run of all kinds of step on a disk that fails or dies somewhere, taken up again until it is finished, and what an
//! oracle outside of it says of each step's effect.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use stepmark_core::plan::Plan;
use stepmark_core::progress::Ending;
use stepmark_core::record::{Event, Mode, PauseReason, Record, Resolution, Verdict};
use stepmark_core::runner::{Command, Terms};
use stepmark_core::{ConnectionName, StepId};
use stepmark_driver::{Driver, DriverError, Ended, Past, Setup};
use stepmark_engines::postgres::{Account, Settings, TargetLock};
use stepmark_journal::{HeldRun, RunDirectory};
use stepmark_scratch::Cluster;
use tempfile::TempDir;

use crate::common::{header, now};
use crate::injected_disk::{Fault, InjectedDisk};

/// Steps that leave something outside, which an oracle can count.
const STEPS: [&str; 4] = ["plain", "shell", "loud", "last"];
/// A run is taken up so often at most; each time gets it further, or somebody says what was done.
const SESSIONS_MAX: usize = 8;

/// A server and a database whose table `ran` counts what SQL steps did.
pub(crate) struct Oracle<'a> {
    pub(crate) cluster: &'a Cluster,
}

/// One runbook and the folder it is run in.
struct Trial<'a> {
    oracle: &'a Oracle<'a>,
    folder: TempDir,
    number: usize,
    source: String,
    plan: Plan,
}

/// What one process would have seen of the run.
struct Session {
    /// What readers were shown: each record was acknowledged.
    acknowledged: Vec<Record>,
    ended: Result<Ended, DriverError>,
}

/// Runs trial `number` with one fault in each of its first sessions, and panics where a claim does not hold. Returns the
/// disks of those sessions.
pub(crate) fn trial(
    oracle: &Oracle<'_>,
    number: usize,
    faults: &[Option<Fault>],
) -> Vec<Arc<InjectedDisk>> {
    let trial = Trial::new(oracle, number);
    let disks: Vec<_> = faults
        .iter()
        .map(|fault| InjectedDisk::new(*fault))
        .collect();
    let mut directory = None;
    for session in 0..SESSIONS_MAX {
        let disk = disks.get(session).cloned();
        let disk = disk.unwrap_or_else(|| InjectedDisk::new(None));
        let Some(held) = trial.hold(&disk, directory.as_ref()) else {
            trial.nothing_runs_before_the_run_is_there(directory.as_ref());
            continue;
        };
        let run = held.0.directory().clone();
        let session = trial.session(held);
        trial.check(&session, &run, faults);
        assert_eq!(disk.synced_again(), 0, "{faults:?}");
        directory = Some(run);
        if trial.goes_on_after(&session, directory.as_ref(), faults) {
            continue;
        }
        trial.every_effect_is_there_once(faults);
        return disks;
    }
    panic!("not at its end after {SESSIONS_MAX} sessions: {faults:?}");
}

impl<'a> Trial<'a> {
    fn new(oracle: &'a Oracle<'a>, number: usize) -> Self {
        let source = book(number);
        let parsed = stepmark_parse::parse(source.as_bytes(), "book");
        assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
        Self {
            oracle,
            folder: tempfile::tempdir().expect("a temporary folder"),
            number,
            source,
            plan: parsed.plan,
        }
    }

    /// Makes the run, or takes it up; none where the disk does not let it.
    fn hold(
        &self,
        disk: &Arc<InjectedDisk>,
        directory: Option<&RunDirectory>,
    ) -> Option<(HeldRun, Option<Past>)> {
        let root = self.folder.path().join(".stepmark").join("book");
        let Some(directory) = directory else {
            let held =
                RunDirectory::create_on(disk.clone(), &root, now(), self.source.as_bytes()).ok()?;
            return Some((held, None));
        };
        let (held, reading) = directory.take_up_on(disk.clone(), now()).ok()?;
        let past = Past {
            records: reading.records,
            found: Vec::new(),
        };
        Some((held, Some(past)))
    }

    fn session(&self, (held, past): (HeldRun, Option<Past>)) -> Session {
        let earlier = past.as_ref().map_or(0, |past| past.records.len());
        let driver = match Driver::start(self.setup(held, past, Mode::Headless, None)) {
            Ok(driver) => driver,
            Err(error) => {
                return Session {
                    acknowledged: Vec::new(),
                    ended: Err(error),
                };
            }
        };
        let mut cursor = driver.feed().cursor();
        let ended = driver.join();
        let (records, _) = cursor.news();
        assert!(records.len() >= earlier);
        let acknowledged = records.iter().map(|record| (**record).clone()).collect();
        Session {
            acknowledged,
            ended,
        }
    }

    /// What a person does who knows what the step did: says so, and leaves.
    fn person_says(&self, directory: &RunDirectory, step: &StepId) {
        let resolution = match self.effects()[step.as_str()] {
            0 => Resolution::NotDone,
            _ => Resolution::Done,
        };
        let (held, past) = self
            .hold(&InjectedDisk::new(None), Some(directory))
            .expect("a sound disk");
        let resolve = Command::Resolve {
            step: self.plan.index_of(step).expect("a step of the plan"),
            resolution,
            reason: "looked".to_owned(),
        };
        let setup = self.setup(held, past, Mode::Interactive, Some(resolve));
        let driver = Driver::start(setup).expect("a driver");
        let mut cursor = driver.feed().cursor();
        let said = |record: &Record| match &record.event {
            Event::StepResolved { step: of, .. } => of == step,
            _ => false,
        };
        while !cursor.news().0.iter().any(|record| said(record)) {
            assert!(!cursor.wait(Duration::from_secs(20)), "left unsaid");
        }
        driver.remote().command(Command::Leave);
        driver.join().expect("a sound disk");
    }

    fn setup(
        &self,
        held: HeldRun,
        past: Option<Past>,
        mode: Mode,
        first: Option<Command>,
    ) -> Setup {
        let url = self.oracle.cluster.url("postgres");
        let settings = Settings::resolve(Some((&url, "test")), &|_| None, &Account::default());
        let mut terms = Terms::new(mode);
        terms.yes = mode == Mode::Headless;
        Setup {
            plan: self.plan.clone(),
            header: header(&self.plan, mode),
            held,
            past,
            first,
            terms,
            connections: BTreeMap::from([(ConnectionName::default(), settings.expect("a URL"))]),
            folder: self.folder.path().to_owned(),
            psql: "psql".into(),
            inputs: Vec::new(),
            environment: None,
            variables: Vec::new(),
            target_lock: TargetLock::Leave,
            clock: now,
        }
    }

    /// What was acknowledged is on disk, in this order; nothing was done that no acknowledged intent is there for.
    fn check(&self, session: &Session, run: &RunDirectory, faults: &[Option<Fault>]) {
        let reading = run.read().expect("a journal that can be trusted");
        let acknowledged = &session.acknowledged;
        assert!(
            reading.records.starts_with(acknowledged),
            "{faults:?}: acknowledged {acknowledged:#?}\non disk {:#?}",
            reading.records
        );
        for (step, times) in self.effects() {
            let intents = acknowledged.iter().filter(|record| {
                matches!(&record.event, Event::StepStarted { step: of, .. } if of.as_str() == step)
            });
            let resumed_in_vain = acknowledged.is_empty();
            assert!(
                times <= intents.count() || resumed_in_vain,
                "{faults:?}: {step} was done without an intent"
            );
        }
    }

    fn nothing_runs_before_the_run_is_there(&self, directory: Option<&RunDirectory>) {
        if directory.is_none() {
            assert!(self.effects().values().all(|times| *times == 0));
        }
    }

    /// Whether the run is to be taken up again; a person is asked for what nothing else tells.
    fn goes_on_after(
        &self,
        session: &Session,
        directory: Option<&RunDirectory>,
        faults: &[Option<Fault>],
    ) -> bool {
        let ending = match &session.ended {
            Err(DriverError::Journal { .. }) => return true,
            Err(error) => panic!("{faults:?}: {error}"),
            Ok(ended) => &ended.ending,
        };
        match (ending, directory) {
            (Ending::Finished(Verdict::Succeeded), _) => false,
            (Ending::Paused(PauseReason::StepUnknown { step }), Some(directory)) => {
                self.person_says(directory, step);
                true
            }
            (Ending::Paused(PauseReason::StepFailed { .. }), _) => true,
            (other, _) => panic!("{faults:?}: {other:?}"),
        }
    }

    fn every_effect_is_there_once(&self, faults: &[Option<Fault>]) {
        for (step, times) in self.effects() {
            assert_eq!(times, 1, "{faults:?}: {step}");
        }
    }

    /// How often each step did its work.
    fn effects(&self) -> BTreeMap<&'static str, usize> {
        let query = format!("SELECT step FROM ran WHERE trial = {}", self.number);
        let table = self.oracle.cluster.execute("postgres", &query);
        let file = std::fs::read_to_string(self.folder.path().join("ran")).unwrap_or_default();
        let done = table.expect("the oracle's table") + "\n" + &file;
        let times = |step: &str| done.lines().filter(|line| *line == step).count();
        STEPS.iter().map(|step| (*step, times(step))).collect()
    }
}

fn book(trial: usize) -> String {
    let insert = |step: &str| format!("INSERT INTO ran VALUES ({trial}, '{step}');");
    let there = |step: &str| {
        format!("SELECT count(*) = 1 FROM ran WHERE trial = {trial} AND step = '{step}';")
    };
    format!(
        "```sql {{name=plain}}\n{}\n```\n\n```sql {{name=plain-there probe=plain}}\n{}\n```\n\n\
         ```bash {{name=shell}}\necho shell >> ran\n```\n\n\
         - [ ] Look at it\n\n\
         ```bash {{name=loud}}\nprintf '%9000s\\n' x\necho loud >> ran\n```\n\n\
         ```bash {{name=loud-there probe=loud}}\ngrep -qx loud ran\n```\n\n\
         ```sql {{name=last transaction}}\n{}\n```\n\n```sql {{name=last-there probe=last}}\n{}\n```\n",
        insert("plain"),
        there("plain"),
        insert("last"),
        there("last")
    )
}
