//! Runs, events and disks that the tests share.

pub(crate) mod failing_disk;

use std::path::PathBuf;

use stepmark_core::output::{OutputId, OutputSummary};
use stepmark_core::record::{
    Event, Mode, Operator, Outcome, PreviousRun, RunHeader, Verdict, Work,
};
use stepmark_core::{Attempt, Digest, StepId, Timestamp};
use stepmark_journal::{HeldRun, Journal, RunDirectory};
use tempfile::TempDir;

pub(crate) const RUNBOOK: &[u8] = b"# Title\n\n```bash\ntrue\n```\n";

/// 2026-11-20T02:14:05.000000Z, and `n` microseconds.
pub(crate) fn at(n: i64) -> Timestamp {
    Timestamp::from_micros(1_795_140_845_000_000 + n)
}

/// A directory for the runs of one runbook, which does not exist yet.
pub(crate) fn root() -> (TempDir, PathBuf) {
    let parent = TempDir::new().unwrap();
    let root = parent.path().join(".stepmark").join("book");
    (parent, root)
}

pub(crate) fn create(root: &std::path::Path) -> HeldRun {
    RunDirectory::create(root, at(0), RUNBOOK).unwrap()
}

pub(crate) fn started() -> Event {
    started_after(None)
}

pub(crate) fn started_after(previous: Option<PreviousRun>) -> Event {
    Event::RunStarted(Box::new(RunHeader {
        version: "0.1.0".to_owned(),
        title: "Title".to_owned(),
        path: "book.md".to_owned(),
        runbook: Digest::of(RUNBOOK),
        included: Vec::new(),
        steps: 1,
        operator: Operator {
            user: "ana".to_owned(),
            uid: 1000,
            sudo_user: None,
            host: "db1".to_owned(),
            tty: None,
            ssh_client: None,
        },
        mode: Mode::Headless,
        previous,
        rehearsal: None,
        scratch: false,
    }))
}

pub(crate) fn note(text: &str) -> Event {
    Event::NoteAdded {
        step: None,
        text: text.to_owned(),
    }
}

pub(crate) fn intent(step: &str) -> Event {
    Event::StepStarted {
        step: StepId::new(step),
        attempt: Attempt(1),
        kind: serde_json::from_str("\"manual\"").unwrap(),
        text: "by hand".to_owned(),
        digest: Digest::of("by hand"),
        connection: None,
    }
}

pub(crate) fn outcome(step: &str, output: OutputSummary) -> Event {
    Event::StepFinished {
        step: StepId::new(step),
        attempt: Attempt(1),
        outcome: Outcome::Succeeded { finding: None },
        work: Work::Manual,
        transaction: None,
        duration_us: 1,
        output,
        captures: Vec::new(),
        polls: None,
        positions: None,
    }
}

pub(crate) fn finished() -> Event {
    Event::RunFinished {
        verdict: Verdict::Succeeded,
    }
}

pub(crate) fn id(step: &str) -> OutputId {
    OutputId {
        step: StepId::new(step),
        attempt: Attempt(1),
    }
}

/// A closed run of `records` records: start, notes, end.
pub(crate) fn run_of(records: usize) -> (TempDir, RunDirectory) {
    let (parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let directory = journal.directory().clone();
    journal.append(vec![(at(1), started())]).unwrap();
    for n in 2..records {
        let event = note(&format!("note {n} J*\u{e9}\u{1f600}"));
        journal
            .append(vec![(at(i64::try_from(n).unwrap()), event)])
            .unwrap();
    }
    journal.append(vec![(at(9_000_000), finished())]).unwrap();
    journal.close().unwrap();
    (parent, directory)
}
