//! The copies of a runbook and of what it includes: written before anything else, proven, and read back.

use std::fs;
use std::sync::Arc;

use stepmark_core::Digest;
use stepmark_core::record::{Event, IncludedSource};
use stepmark_journal::{
    FileDisk, Journal, Proof, RunDirectory, RunTexts, Subject, included_file, verify,
};
use tempfile::TempDir;

use crate::common::{RUNBOOK, at, finished, root, started};

const PARTS: [&[u8]; 2] = [b"one\n", b"two\n"];

/// A finished run whose runbook includes two files.
fn run_with_parts() -> (TempDir, RunDirectory, Event) {
    let (parent, root) = root();
    let held =
        RunDirectory::create_including(Arc::new(FileDisk), &root, at(0), RUNBOOK, &PARTS).unwrap();
    let journal = Journal::start(held).expect("a thread");
    let directory = journal.directory().clone();
    let mut event = started();
    let Event::RunStarted(header) = &mut event else {
        unreachable!("started() is that");
    };
    header.included = PARTS
        .iter()
        .zip(["shared/a.md", "../b.md"])
        .enumerate()
        .map(|(at, (bytes, path))| IncludedSource {
            path: path.to_owned(),
            digest: Digest::of(bytes),
            file: included_file("runbook.md", at + 1),
        })
        .collect();
    journal.append(vec![(at(1), event.clone())]).unwrap();
    journal.append(vec![(at(2), finished())]).unwrap();
    journal.close().unwrap();
    (parent, directory, event)
}

fn runbook_proof(directory: &RunDirectory) -> Proof {
    let checks = verify(directory, None).checks;
    let check = checks
        .into_iter()
        .find(|check| check.subject == Subject::Runbook);
    check.expect("the claim about the runbook").proof
}

#[test]
fn included_texts_are_kept_and_read_back_as_they_were() {
    let (_parent, directory, _) = run_with_parts();
    assert_eq!(included_file("runbook.2.md", 3), "runbook.2.include.3.md");
    let texts = RunTexts::of(&directory.read().unwrap().records);
    let sources = texts.read_unchanged(&directory).unwrap();
    let paths: Vec<(&str, &str)> = sources
        .files()
        .iter()
        .map(|file| (file.path.as_str(), sources.text(file)))
        .collect();
    let runbook = std::str::from_utf8(RUNBOOK).unwrap();
    let expected = [
        ("book.md", runbook),
        ("shared/a.md", "one\n"),
        ("../b.md", "two\n"),
    ];
    assert_eq!(paths, expected);
    let held = Proof::Held { how: String::new() };
    assert_eq!(runbook_proof(&directory), held);
}

#[test]
fn a_changed_or_missing_included_text_is_found_and_named() {
    let (_parent, directory, _) = run_with_parts();
    let file = directory.path().join("runbook.include.2.md");
    fs::write(&file, "other\n").unwrap();
    let texts = RunTexts::of(&directory.read().unwrap().records);
    let unread = texts.read_unchanged(&directory).unwrap_err();
    assert_eq!(unread.file, "runbook.include.2.md");
    assert_eq!(unread.error.to_string(), "it is not the text that was run");
    assert!(texts.read(&directory).is_ok());
    let place = |proof| match proof {
        Proof::Broken { place, what } => (place.to_string(), what),
        other => panic!("{other:?}"),
    };
    let (where_, what) = place(runbook_proof(&directory));
    assert!(where_.contains("runbook.include.2.md"), "{where_}");
    assert!(what.contains("was run"), "{what}");

    fs::remove_file(&file).unwrap();
    let (where_, what) = place(runbook_proof(&directory));
    assert!(where_.contains("runbook.include.2.md"), "{where_}");
    assert_eq!(what, "No such file or directory");
    assert_eq!(
        texts.read(&directory).unwrap_err().file,
        "runbook.include.2.md"
    );
}

#[test]
fn a_record_leads_to_no_file_outside_the_run() {
    let (_parent, directory, event) = run_with_parts();
    let mut records = directory.read().unwrap().records;
    let Event::RunStarted(mut header) = event else {
        unreachable!("the first record");
    };
    header.included[0].file = "../../../etc/passwd".to_owned();
    records[0].event = Event::RunStarted(header);
    let unread = RunTexts::of(&records).read(&directory).unwrap_err();
    assert_eq!(unread.error.to_string(), "its name leads out of the run");
}
