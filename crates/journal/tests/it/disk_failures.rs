//! A disk that fails at every call, one after the other: what was acknowledged is there, and nothing is recorded after an error.

use std::io;
use std::path::Path;
use std::sync::Arc;

use stepmark_core::record::{Event, Record};
use stepmark_journal::{Journal, JournalError, OUTCOME_BYTES_MAX, Reservation, RunDirectory, Tail};

use crate::common::failing_disk::{FailingDisk, Fault, Kind, Lasts};
use crate::common::{RUNBOOK, at, finished, id, intent, note, outcome, root, started};

/// What a driver does, until something fails.
struct Told {
    directory: Option<RunDirectory>,
    acknowledged: Vec<Record>,
    closed: bool,
}

fn drive(disk: Arc<FailingDisk>, root: &Path) -> Told {
    let mut told = Told {
        directory: None,
        acknowledged: Vec::new(),
        closed: false,
    };
    let Ok(held) = RunDirectory::create_on(disk, root, at(0), RUNBOOK) else {
        return told;
    };
    told.directory = Some(held.directory().clone());
    let journal = Journal::start(held).expect("a thread");
    match steps(&journal, &mut told.acknowledged) {
        Ok(()) => told.closed = journal.close().is_ok(),
        Err(error) => {
            let later = journal.append(vec![(at(9), note("after the error"))]);
            assert_eq!(later, Err(error.clone()));
            let intent = journal.append_intent(vec![(at(9), intent("late"))], 0, 0);
            assert_eq!(intent, Err(error.clone()));
            let output = journal.output(id("late"), 9);
            output.write("text".to_owned());
            assert_eq!(output.finish(), Err(error.clone()));
            assert_eq!(journal.close(), Err(error));
        }
    }
    told
}

fn steps(journal: &Journal, acknowledged: &mut Vec<Record>) -> Result<(), JournalError> {
    let timed = |events: Vec<Event>| events.into_iter().map(|event| (at(1), event)).collect();
    acknowledged.extend(journal.append(timed(vec![started()]))?);
    for (number, (step, text)) in [
        ("short", "text\n".to_owned()),
        ("long", "text\n".repeat(4000)),
    ]
    .into_iter()
    .enumerate()
    {
        let begun = timed(vec![note("about to start"), intent(step)]);
        acknowledged.extend(journal.append_intent(begun, 0, 0)?.0);
        let output = journal.output(id(step), number + 1);
        output.write(text);
        let ended = timed(vec![outcome(step, output.finish()?)]);
        acknowledged.extend(journal.append(ended)?);
    }
    acknowledged.extend(journal.append(timed(vec![finished()]))?);
    Ok(())
}

fn check(fault: Fault) {
    let (parent, root) = root();
    let told = drive(FailingDisk::new(Some(fault)), &root);
    let Some(directory) = told.directory else {
        assert_eq!(
            std::fs::read_dir(parent.path()).unwrap().count(),
            0,
            "{fault:?}"
        );
        return;
    };
    let reading = directory.read().unwrap();
    assert!(reading.records.starts_with(&told.acknowledged), "{fault:?}");
    assert!(
        reading
            .records
            .iter()
            .all(|record| record.event != note("after the error")),
        "{fault:?}"
    );
    if told.closed {
        assert_eq!(reading.summary.tail, Tail::Whole, "{fault:?}");
    }
    let (held, before) = directory.take_up_on(FailingDisk::new(None), at(5)).unwrap();
    assert!(before.records.starts_with(&reading.records));
    let journal = Journal::start(held).expect("a thread");
    journal.append(vec![(at(6), note("taken up"))]).unwrap();
    journal.close().unwrap();
    let after = directory.read().unwrap();
    assert!(after.records.starts_with(&before.records), "{fault:?}");
    assert_eq!(after.summary.tail, Tail::Whole, "{fault:?}");
}

fn calls() -> usize {
    let (_parent, root) = root();
    let disk = FailingDisk::new(None);
    let told = drive(Arc::clone(&disk), &root);
    assert!(told.closed);
    assert_eq!(told.acknowledged.len(), 8);
    disk.calls()
}

#[test]
fn an_error_at_any_call_loses_nothing_acknowledged_and_ends_the_run() {
    let calls = calls();
    assert!(calls > 50, "{calls}");
    for call in 0..calls {
        for lasts in [Lasts::Once, Lasts::ForGood] {
            for kind in [
                Kind::Error(io::ErrorKind::StorageFull),
                Kind::Error(io::ErrorKind::Interrupted),
                Kind::Short,
            ] {
                check(Fault { call, lasts, kind });
            }
        }
    }
}

#[test]
fn a_write_that_lies_is_found_by_the_length_before_it_is_acknowledged() {
    let mut found = 0;
    for call in 0..calls() {
        let (_parent, root) = root();
        let fault = Fault {
            call,
            lasts: Lasts::Once,
            kind: Kind::Lie,
        };
        let told = drive(FailingDisk::new(Some(fault)), &root);
        let directory = told.directory.unwrap();
        let reading = directory.read().unwrap();
        assert!(reading.records.starts_with(&told.acknowledged), "{fault:?}");
        found += usize::from(reading.summary.tail != Tail::Whole);
    }
    assert!(found >= 6, "{found}");
}

#[test]
fn a_failed_sync_is_not_asked_for_again() {
    let (_parent, root) = root();
    let disk = FailingDisk::new(None);
    let held = RunDirectory::create_on(disk.clone(), &root, at(0), RUNBOOK).unwrap();
    drop(held);
    let sync = disk.calls() + 1;
    let fault = Fault {
        call: sync,
        lasts: Lasts::Once,
        kind: Kind::Error(io::ErrorKind::Other),
    };
    let (_parent, root) = crate::common::root();
    let disk = FailingDisk::new(Some(fault));
    let held = RunDirectory::create_on(disk.clone(), &root, at(0), RUNBOOK).unwrap();
    let journal = Journal::start(held).expect("a thread");
    let error = journal.append(vec![(at(1), started())]).unwrap_err();
    assert!(
        matches!(error, JournalError::Disk { action: "sync", .. }),
        "{error}"
    );
    let calls = disk.calls();
    for _ in 0..3 {
        assert_eq!(journal.append(vec![(at(1), started())]), Err(error.clone()));
    }
    drop(journal);
    assert_eq!(disk.calls(), calls);
}

#[test]
fn a_file_system_that_cannot_reserve_is_told_and_used() {
    let reserve = |kind| {
        let (_parent, root) = root();
        let disk = FailingDisk::new(None);
        drop(RunDirectory::create_on(disk.clone(), &root, at(0), RUNBOOK).unwrap());
        let fault = Fault {
            call: disk.calls(),
            lasts: Lasts::Once,
            kind: Kind::Error(kind),
        };
        let (_parent, root) = crate::common::root();
        let disk = FailingDisk::new(Some(fault));
        let held = RunDirectory::create_on(disk, &root, at(0), RUNBOOK).unwrap();
        let journal = Journal::start(held).expect("a thread");
        let begun = journal.append_intent(vec![(at(1), started())], 0, 0);
        let reservation = begun.map(|(_, reservation)| reservation);
        (
            reservation,
            journal.append(vec![(at(2), finished())]).is_ok(),
        )
    };
    let (reservation, goes_on) = reserve(io::ErrorKind::Unsupported);
    assert!(
        matches!(reservation, Ok(Reservation::Refused { .. })),
        "{reservation:?}"
    );
    assert!(goes_on);
    let (reservation, goes_on) = reserve(io::ErrorKind::StorageFull);
    assert!(
        matches!(reservation, Err(JournalError::Disk { .. })),
        "{reservation:?}"
    );
    assert!(!goes_on);
}

#[test]
fn an_outcome_has_its_space_however_long_the_intent_was() {
    let (_parent, root) = root();
    let disk = FailingDisk::new(None);
    let held = RunDirectory::create_on(disk.clone(), &root, at(0), RUNBOOK).unwrap();
    let journal = Journal::start(held).expect("a thread");
    let file = journal.directory().journal();
    let length = || file.metadata().unwrap().len();
    for intent_bytes in [10, 100_000, 300_000, 200_000, 10] {
        let intent = note(&"x".repeat(intent_bytes));
        let begun = journal.append_intent(vec![(at(1), intent)], 0, 0);
        assert_eq!(begun.unwrap().1, Reservation::Reserved);
        assert!(disk.space() >= length() + OUTCOME_BYTES_MAX);
        journal.append(vec![(at(1), note("meanwhile"))]).unwrap();
        assert!(disk.space() >= length() + OUTCOME_BYTES_MAX);
    }
    journal.close().unwrap();
    assert_eq!(disk.space(), length());
}

#[test]
fn taking_up_on_a_failing_disk_loses_nothing() {
    let prepare = || {
        let (parent, directory) = crate::common::run_of(4);
        let mut bytes = std::fs::read(directory.journal()).unwrap();
        bytes.extend(b"{\"v\":1,\"seq\":5,");
        std::fs::write(directory.journal(), &bytes).unwrap();
        (parent, directory, bytes)
    };
    for call in 0..8 {
        for lasts in [Lasts::Once, Lasts::ForGood] {
            for kind in [Kind::Error(io::ErrorKind::StorageFull), Kind::Short] {
                let (_parent, directory, bytes) = prepare();
                let disk = FailingDisk::new(Some(Fault { call, lasts, kind }));
                let _ = directory.take_up_on(disk, at(5));
                assert!(
                    std::fs::read(directory.journal())
                        .unwrap()
                        .starts_with(&bytes)
                );
                let (_, reading) = directory.take_up(at(6)).unwrap();
                assert_eq!(reading.records.len(), 5);
            }
        }
    }
}
