//! Every call that the journal makes on its disk fails, once and for good and in each way there is, and the process dies at
//! every one of them: nothing acknowledged is lost, no step is done twice or after an error, and the run can be taken up.
//!
//! With `STEPMARK_SOAK=1` each call is hit in each way; else every `STRIDE`th pair of call and way is.

#[path = "../common/mod.rs"]
mod common;
mod injected_disk;
mod trial;

use std::collections::BTreeSet;
use std::io::Write as _;

use stepmark_scratch::{Cluster, ClusterOptions, Programs};

use injected_disk::{Effect, Errno, Fault, Kind, Lasts};
use trial::{Oracle, trial};

/// Both are prime to the number of ways to fail, so that each way comes in turn: of a run every second call is hit, of one
/// that is taken up every fourth.
const STRIDE: usize = 31;
const STRIDE_TAKEN_UP: usize = 61;

fn cluster() -> Cluster {
    let programs = Programs::find_here().expect("PostgreSQL's programs");
    let options = ClusterOptions::default().setting("fsync", "off");
    let cluster = Cluster::start(&programs, options).expect("a cluster");
    cluster
        .execute("postgres", "CREATE TABLE ran (trial int, step text)")
        .expect("the oracle's table");
    cluster
}

/// Every pair of a call below `calls` and a way to fail, or every `stride`th.
fn faults(calls: usize, stride: usize) -> Vec<Fault> {
    assert_eq!(Kind::all().len(), 15, "the strides are prime to it");
    let stride = match std::env::var_os("STEPMARK_SOAK") {
        Some(_) => 1,
        None => stride,
    };
    let all = (0..calls).flat_map(|call| {
        Kind::all()
            .into_iter()
            .map(move |kind| Fault { call, kind })
    });
    all.step_by(stride).collect()
}

/// Says a figure past the capture of test output, which shows nothing of a test that passes.
fn found_out(what: &str) {
    // A test does not fail because nobody listens.
    let _ = std::io::stderr().write_all(format!("\n{what}\n").as_bytes());
}

#[test]
fn a_fault_or_death_at_any_call_of_a_run_loses_nothing_and_does_nothing_twice() {
    let cluster = cluster();
    let oracle = Oracle { cluster: &cluster };
    let whole = trial(&oracle, 0, &[None]);
    let names: BTreeSet<&str> = whole[0].names().into_keys().collect();
    for name in [
        "make_directory",
        "create",
        "append",
        "sync",
        "length",
        "reserve",
        "rename",
    ] {
        assert!(names.contains(name), "{name} is never called");
    }
    let faults = faults(whole[0].made(), STRIDE);
    for (number, fault) in (1..).zip(&faults) {
        trial(&oracle, number, &[Some(*fault)]);
    }
    found_out(&format!(
        "{} calls, {} faults",
        whole[0].made(),
        faults.len()
    ));
}

#[test]
fn a_fault_or_death_at_any_call_while_a_run_is_taken_up_loses_nothing_and_does_nothing_twice() {
    let cluster = cluster();
    let oracle = Oracle { cluster: &cluster };
    let calls = trial(&oracle, 0, &[None])[0].made();
    // Dead with the intent of one step on disk, with half of a record, and with an outcome that was not acknowledged.
    let deaths = [
        (calls / 3, Effect::Full),
        (calls / 2, Effect::Half),
        (calls * 3 / 4, Effect::None),
    ];
    let mut number = 0;
    for (call, effect) in deaths {
        let death = Some(Fault {
            call,
            kind: Kind::Dies(effect),
        });
        number += 1;
        let resumed = trial(&oracle, number, &[death, None])[1].made();
        let faults = faults(resumed, STRIDE_TAKEN_UP);
        for fault in &faults {
            number += 1;
            trial(&oracle, number, &[death, Some(*fault)]);
        }
        found_out(&format!(
            "dead at call {call}: {resumed} calls, {} faults",
            faults.len()
        ));
    }
}

#[test]
fn a_commit_that_cannot_be_announced_is_rolled_back_and_the_run_ends() {
    let cluster = cluster();
    let oracle = Oracle { cluster: &cluster };
    let call = trial(&oracle, 0, &[None])[0].append_of("commit_announced");
    let call = call.expect("a transaction is announced");
    for (number, lasts) in [(1, Lasts::Once), (2, Lasts::ForGood)] {
        let kind = Kind::Error(Errno::Io, lasts);
        trial(&oracle, number, &[Some(Fault { call, kind })]);
    }
}
