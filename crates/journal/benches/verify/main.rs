//! Prints how long verifying a journal of a million records takes, beside `sha256sum` of the same file and beside the
//! budget. Asserts nothing about time: `cargo bench -p stepmark-journal` is for reading. A number of records after `--`
//! makes it smaller or larger.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up must fail"
)]

#[path = "../../tests/it/common/mod.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod common;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{at, finished, intent, note, outcome, root, started};
use stepmark_core::output::OutputSummary;
use stepmark_core::{Digest, record::Event};
use stepmark_journal::{Journal, RunDirectory, read_each, verify};

const RECORDS: usize = 1_000_000;
/// Events appended by one sync.
const BATCH: usize = 5_000;
/// Each figure is the best of this many.
const ROUNDS: usize = 3;

fn main() {
    let mut words = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok());
    let records = words.next().unwrap_or(RECORDS);
    let (parent, root) = root();
    let directory = run_of(&root, records);
    let file = directory.journal();
    let megabytes = std::fs::metadata(&file).unwrap().len() as f64 / 1e6;
    println!("{records} records, {megabytes:.0} MB");
    let peer = best(|| {
        let mut command = Command::new("sha256sum");
        let status = command.arg(&file).stdout(Stdio::null()).status();
        assert!(status.unwrap().success());
    });
    println!("{:<14} {:>7.2} s", "sha256sum", peer.as_secs_f64());
    let say = |name: &str, took: Duration, budget: &str| {
        let ratio = took.as_secs_f64() / peer.as_secs_f64();
        println!(
            "{name:<14} {:>7.2} s {ratio:>6.2}x{budget}",
            took.as_secs_f64()
        );
    };
    say(
        "read",
        best(|| drop(read_each(&file, |_, _| ()).unwrap())),
        "",
    );
    let whole = best(|| assert!(verify(&directory, None).is_sound()));
    say("verify", whole, "   budget 2x and 5 s");
    println!("peak memory    {:>7} KiB", peak_kibibytes());
    drop(parent);
}

fn run_of(root: &std::path::Path, records: usize) -> RunDirectory {
    let journal = Journal::start(common::create(root)).expect("a thread");
    let directory = journal.directory().clone();
    journal.append(vec![(at(0), started())]).unwrap();
    let mut events = Vec::with_capacity(BATCH);
    for n in 1..records - 1 {
        events.push((at(i64::try_from(n).unwrap()), event(n)));
        if events.len() == BATCH {
            journal.append(std::mem::take(&mut events)).unwrap();
        }
    }
    events.push((at(i64::try_from(records).unwrap()), finished()));
    journal.append(events).unwrap();
    journal.close().unwrap();
    directory
}

/// Steps and their outcomes, with a note now and then.
fn event(n: usize) -> Event {
    let step = format!("backfill-{}", n / 2);
    match n % 20 {
        0 => note("the replica lags \u{2014} going on after \"lag\" < 1 s"),
        at if at % 2 == 1 => intent(&step),
        _ => {
            let excerpt = "UPDATE 5000\nUPDATE 5000\n".to_owned();
            let output = OutputSummary {
                bytes: excerpt.len() as u64,
                lines: 2,
                digest: Digest::of(&excerpt),
                excerpt,
                file: None,
            };
            outcome(&step, output)
        }
    }
}

fn best(mut work: impl FnMut()) -> Duration {
    let mut once = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..ROUNDS).map(|_| once()).min().unwrap()
}

/// The most memory this process had, as Linux counts it; the sum over making and verifying, so an upper bound.
fn peak_kibibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let digits = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    digits.unwrap_or(0)
}
