//! What durability costs: two syncs a step, and at most eight for a run of one step.

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use stepmark_core::ConnectionName;
use stepmark_core::progress::Ending;
use stepmark_core::record::{Mode, Verdict};
use stepmark_core::runner::Terms;
use stepmark_driver::{Driver, Setup};
use stepmark_engines::postgres::{Account, Settings, TargetLock};
use stepmark_journal::RunDirectory;
use stepmark_scratch::{Cluster, ClusterOptions, Programs};

use common::{header, now};

/// Runs a runbook without a person, to its end, where it was run before, and says how often it synced.
fn syncs(runbook: &str, connections: BTreeMap<ConnectionName, Settings>) -> u64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    run(folder.path(), runbook, connections.clone());
    run(folder.path(), runbook, connections)
}

fn run(folder: &Path, runbook: &str, connections: BTreeMap<ConnectionName, Settings>) -> u64 {
    let parsed = stepmark_parse::parse(runbook.as_bytes(), "book");
    assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
    let plan = parsed.plan;
    let held = RunDirectory::create(&folder.join("runs"), now(), runbook.as_bytes())
        .expect("a run directory");
    let header = header(&plan, Mode::Headless);
    let setup = Setup {
        plan,
        header,
        held,
        past: None,
        first: None,
        terms: Terms::new(Mode::Headless),
        connections,
        folder: folder.to_owned(),
        psql: "psql".into(),
        inputs: Vec::new(),
        environment: None,
        variables: Vec::new(),
        target_lock: TargetLock::Take,
        clock: now,
    };
    let ended = Driver::start(setup)
        .expect("a driver")
        .join()
        .expect("a journal");
    assert_eq!(ended.ending, Ending::Finished(Verdict::Succeeded));
    ended.syncs
}

fn fences(language: &str, text: &str, count: usize) -> String {
    (0..count).fold(String::new(), |mut book, _| {
        let _ = write!(book, "```{language}\n{text}\n```\n\n");
        book
    })
}

#[test]
fn a_shell_step_costs_two_syncs() {
    let one = syncs(&fences("bash", "true", 1), BTreeMap::new());
    let eleven = syncs(&fences("bash", "true", 11), BTreeMap::new());
    assert_eq!(eleven - one, 20);
}

#[test]
fn a_sql_step_costs_two_syncs_and_its_session_none() {
    let programs = Programs::find_here().expect("PostgreSQL's programs");
    let cluster = Cluster::start(&programs, ClusterOptions::default()).expect("a cluster");
    let url = cluster.url("postgres");
    let settings = Settings::resolve(Some((&url, "test")), &|_| None, &Account::default());
    let connections = BTreeMap::from([(ConnectionName::default(), settings.expect("a URL"))]);
    let one = syncs(&fences("sql", "SELECT 1;", 1), connections.clone());
    let eleven = syncs(&fences("sql", "SELECT 1;", 11), connections);
    assert_eq!(eleven - one, 20);
    let shell = syncs(&fences("bash", "true", 1), BTreeMap::new());
    assert_eq!(
        one, shell,
        "opening the session is recorded with the first intent"
    );
}

#[test]
fn a_run_of_one_step_costs_eight_syncs() {
    // Copy of the runbook, run directory, its parent; run started, intent, outcome, run finished; head.
    assert_eq!(syncs(&fences("bash", "true", 1), BTreeMap::new()), 8);
}
