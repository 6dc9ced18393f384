//! The exact bytes of format version 1, and that they can be read for ever.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::common::{at, create, finished, note, root, started};
use stepmark_core::Digest;
use stepmark_core::record::Record;
use stepmark_journal::{Journal, Tail, read};

const GOLDEN: &str = include_str!("golden/v1.jsonl");

#[test]
fn version_1_is_written_byte_for_byte() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let run = journal.run().to_string();
    journal.append(vec![(at(1), started())]).unwrap();
    journal
        .append(vec![
            (
                at(2),
                note("caf\u{e9} \u{1f600} \"quoted\" \\ \u{1b}[31m\n"),
            ),
            (at(3), finished()),
        ])
        .unwrap();
    let text = std::fs::read_to_string(journal.directory().journal()).unwrap();

    assert_eq!(
        rechained(&text.replace(&run, "20261120T021405Z-7f3a9c")),
        GOLDEN
    );
}

#[test]
fn version_1_is_read() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(GOLDEN.as_bytes()).unwrap();

    let reading = read(file.path()).unwrap();

    let events = [
        started(),
        note("caf\u{e9} \u{1f600} \"quoted\" \\ \u{1b}[31m\n"),
        finished(),
    ];
    let records: Vec<_> = (1..)
        .zip(events)
        .map(|(seq, event)| Record {
            seq,
            at: at(i64::try_from(seq).unwrap()),
            event,
        })
        .collect();
    assert_eq!(reading.records, records);
    assert_eq!(reading.summary.tail, Tail::Whole);
    assert_eq!(reading.summary.bytes, GOLDEN.len() as u64);
    assert_eq!(
        reading.summary.run.unwrap().as_str(),
        "20261120T021405Z-7f3a9c"
    );
}

#[test]
fn each_hash_is_that_of_the_line_without_it() {
    let mut prev = "0".repeat(64);
    for line in GOLDEN.lines() {
        assert!(line.is_ascii());
        let (body, hash) = line.split_once(",\"hash\":\"").unwrap();
        let hash = hash.strip_suffix("\"}").unwrap();
        assert_eq!(Digest::of(format!("{body}}}")).to_string(), hash);
        assert!(body.ends_with(&format!(",\"prev\":\"{prev}\"")));
        hash.clone_into(&mut prev);
    }
}

/// The random part of the run's id is in every hash: the chain as it would be with the id that is now in `text`.
fn rechained(text: &str) -> String {
    let mut prev = "0".repeat(64);
    let mut chained = String::new();
    for line in text.lines() {
        let (body, _) = line.split_once(",\"prev\":\"").unwrap();
        let body = format!("{body},\"prev\":\"{prev}\"");
        prev = Digest::of(format!("{body}}}")).to_string();
        writeln!(chained, "{body},\"hash\":\"{prev}\"}}").unwrap();
    }
    chained
}
