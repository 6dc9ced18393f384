//! The run ends recorded although the screen panicked.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use stepmark_core::Timestamp;
use stepmark_core::record::{Event, Mode};
use stepmark_core::runner::Terms;
use stepmark_driver::{Driver, Setup};
use stepmark_engines::postgres::TargetLock;
use stepmark_journal::RunDirectory;

use super::attended;
use crate::app::Runbook;
use crate::app::run::header;

const BOOK: &str = "```bash {name=stuck}\nmkfifo held; read line < held\n```\n";

fn now() -> Timestamp {
    Timestamp::from_micros(1_795_000_000_000_000)
}

fn setup(folder: &std::path::Path) -> Setup {
    let runbook = Runbook::of_text(BOOK);
    let held = RunDirectory::create(&folder.join("runs"), now(), BOOK.as_bytes()).unwrap();
    let header = header(&runbook, Mode::Headless, None);
    Setup {
        plan: runbook.plan,
        header,
        held,
        past: None,
        first: None,
        terms: Terms::new(Mode::Headless),
        connections: BTreeMap::new(),
        folder: folder.to_owned(),
        psql: "psql".into(),
        inputs: Vec::new(),
        environment: None,
        variables: Vec::new(),
        target_lock: TargetLock::Take,
        clock: now,
    }
}

#[test]
fn a_panic_of_the_screen_puts_the_run_down_and_records_it() {
    let folder = tempfile::tempdir().unwrap();
    let driver = Driver::start(setup(folder.path())).unwrap();
    let directory = driver.directory().clone();
    let show = |driver: &Driver| {
        let mut cursor = driver.feed().cursor();
        loop {
            let (records, _) = cursor.news();
            if records
                .iter()
                .any(|record| matches!(record.event, Event::StepStarted { .. }))
            {
                panic!("as a screen would");
            }
            assert!(!cursor.wait(Duration::from_secs(30)), "it ended by itself");
        }
    };
    let left = catch_unwind(AssertUnwindSafe(|| attended(driver, show).is_ok()));
    assert!(left.is_err(), "the panic goes on");
    let records = directory.read().unwrap().records;
    let ends: Vec<&str> = records
        .iter()
        .filter_map(|record| match record.event {
            Event::StopRequested { .. } => Some("stop"),
            Event::StepFinished { .. } => Some("step"),
            Event::RunPaused { .. } => Some("pause"),
            _ => None,
        })
        .collect();
    assert_eq!(ends, ["stop", "step", "pause"]);
}
