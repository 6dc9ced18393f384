//! One run of a rehearsal: its directory made, its driver started, the director set to work, its end recorded.

use std::collections::BTreeMap;
use std::path::PathBuf;

use stepmark_core::RunId;
use stepmark_core::plan::Plan;
use stepmark_core::record::{Mode, RehearsalPart, RehearsedOn, RunHeader};
use stepmark_core::runner::{Command, Terms};
use stepmark_driver::{Driver, Setup};
use stepmark_engines::postgres::TargetLock;
use stepmark_journal::RunDirectory;

use super::super::attended::attended;
use super::super::connections::{complain, probe, resolve_scratch, unreachable};
use super::super::requirements::check_requirements;
use super::super::run::{create, header, identities, journal_failed, unwritable, write_report};
use super::super::slots::check_slots;
use super::super::{Folders, Runbook, Scratch, index, now};
use super::Rehearsal;
use super::director::{Director, Over, Reached};
use super::findings::Findings;
use super::made_up::overriding;
use super::robot::Robot;
use super::shown::Shown;
use super::state::Named;
use crate::Complaint;

/// One run of a rehearsal.
pub(super) struct Part<'a> {
    rehearsal: &'a Rehearsal<'a>,
    scratch: &'a Scratch,
    part: RehearsalPart,
    driver: Option<Driver>,
    directory: RunDirectory,
}

impl<'a> Part<'a> {
    /// Looks at everything that could be in the way, makes the run's directory and starts its driver.
    pub(super) fn begin(
        rehearsal: &'a Rehearsal<'a>,
        scratch: &'a Scratch,
        part: RehearsalPart,
        after: Option<RunId>,
    ) -> Result<Self, Complaint> {
        let runbook = rehearsal.runbook;
        let inputs = rehearsal.inputs;
        let mut connections = resolve_scratch(runbook, scratch.urls())?;
        check_slots(runbook, inputs, &|name| {
            connections.addresses.get(name).cloned()
        })?;
        let plan = &runbook.plan;
        let targets = probe(plan, &mut connections.settings, None)?;
        let mut variables = overriding(runbook, inputs, scratch.urls());
        variables.extend(scratch.path_variable());
        let path = variables.iter().find(|(name, _)| name == "PATH");
        let path = path.map_or_else(String::new, |(_, path)| path.clone());
        check_requirements(runbook, &targets, &path)?;
        if let Some((line, failure)) = unreachable(plan, &targets) {
            return Err(complain(&line.connection, failure));
        }
        let root = Folders::runs(
            &runbook.folder(),
            &runbook.stem(),
            rehearsal.wish.log_dir.as_deref(),
        );
        let previous = stepmark_journal::previous(&root);
        let held = create(&root, &runbook.sources).map_err(|error| unwritable(&error))?;
        let directory = held.directory().clone();
        index::remember(&Folders::here(), directory.path());
        let terms = Terms {
            rehearsal: true,
            shown: identities(&targets),
            addresses: connections.addresses,
            captures: inputs.captures.clone(),
            ..Terms::new(Mode::Interactive)
        };
        let setup = Setup {
            header: RunHeader {
                rehearsal: Some(Box::new(stepmark_core::record::Rehearsal {
                    part,
                    every_step: rehearsal.wish.every_step,
                    after,
                    clusters: rehearsed_on(rehearsal, scratch),
                })),
                ..header(runbook, Mode::Headless, previous)
            },
            held,
            past: None,
            first: None,
            terms,
            connections: connections.settings,
            folder: runbook.folder(),
            plan: plan.clone(),
            psql: PathBuf::from("psql"),
            inputs: inputs.given.clone(),
            environment: None,
            variables,
            // Nobody else knows these servers.
            target_lock: TargetLock::Leave,
            clock: now,
        };
        let driver = Driver::start(setup).map_err(journal_failed)?;
        rehearsal.signals.pass_on(driver.remote());
        Ok(Self {
            rehearsal,
            scratch,
            part,
            driver: Some(driver),
            directory,
        })
    }

    /// Its run.
    pub(super) fn run(&self) -> RunId {
        self.directory.run().clone()
    }

    /// Up to the point of no return and back.
    pub(super) fn there_and_back(
        &mut self,
        findings: &mut Findings,
        shown: &mut Shown,
    ) -> Result<Result<Reached, Over>, Complaint> {
        let work = |director: &mut Director<'_>| director.there_and_back();
        self.drive(findings, shown, work)
    }

    /// To the end.
    pub(super) fn all_the_way(
        &mut self,
        findings: &mut Findings,
        shown: &mut Shown,
    ) -> Result<Result<(), Over>, Complaint> {
        let every_step = self.rehearsal.wish.every_step;
        self.drive(findings, shown, |director| director.all_the_way(every_step))
    }

    /// Sets a director to `work`, records what that came to, and puts the run down.
    fn drive<T>(
        &mut self,
        findings: &mut Findings,
        shown: &mut Shown,
        work: impl FnOnce(&mut Director<'_>) -> Result<T, Over>,
    ) -> Result<Result<T, Over>, Complaint> {
        let driver = self.driver.take().expect("a part is driven once");
        let runbook: &Runbook = self.rehearsal.runbook;
        let plan: &Plan = &runbook.plan;
        let names = names(self.scratch);
        let clusters: Vec<Named<'_>> = self
            .scratch
            .started()
            .iter()
            .zip(&names)
            .map(|(started, name)| Named {
                name,
                cluster: &started.cluster,
            })
            .collect();
        let mut came = Err(Over);
        let ended = attended(driver, |driver| {
            let mut director = Director {
                plan,
                part: self.part,
                barrier: self.rehearsal.barrier,
                clusters: &clusters,
                ignored: &plan.front.rehearsal.ignore,
                robot: Robot::of(plan, driver),
                findings,
                shown,
                last: None,
                before: BTreeMap::new(),
                order: Vec::new(),
                left: BTreeMap::new(),
            };
            came = work(&mut director);
            if came.is_ok() {
                let conclusion = director.findings.conclusion(plan, self.rehearsal.barrier);
                let conclude = Command::Conclude(Box::new(conclusion));
                let concluded = director.robot.record(&conclude);
                director.robot.leave();
                if director.over(concluded).is_err() {
                    came = Err(Over);
                }
            }
        });
        // Whatever comes now must not keep the clusters from being removed.
        self.rehearsal.signals.hold();
        ended.map_err(journal_failed)?;
        write_report(&self.directory)?;
        Ok(came)
    }
}

/// What to call each cluster in what is found: the connection it is for, or nothing where there is only one.
fn names(scratch: &Scratch) -> Vec<String> {
    let name = |started: &super::super::scratch::Started| {
        let first = started.databases.first();
        first.map_or_else(String::new, |(name, _)| name.to_string())
    };
    match scratch.started() {
        [_] => vec![String::new()],
        several => several.iter().map(name).collect(),
    }
}

fn rehearsed_on(rehearsal: &Rehearsal<'_>, scratch: &Scratch) -> Vec<RehearsedOn> {
    let one = |started: &super::super::scratch::Started| {
        let connections: Vec<_> = started
            .databases
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        let is_copied = connections
            .iter()
            .any(|name| rehearsal.schemas.contains_key(name));
        RehearsedOn {
            version: started.cluster.programs().version().to_string(),
            setup: started.setup.clone().filter(|_| !is_copied),
            schema_from: started.setup.clone().filter(|_| is_copied),
            connections,
        }
    };
    scratch.started().iter().map(one).collect()
}
