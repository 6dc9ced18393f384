//! Every small change to a journal is seen, and the line is named.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use stepmark_core::Digest;
use stepmark_journal::{Proof, ReadError, RunDirectory, Subject, Tail, read, verify};

use crate::common::{id, run_of};

const RECORDS: usize = 20;

/// How many records a journal has whose every record is deleted, doubled, swapped and changed in each bit.
fn many() -> usize {
    match std::env::var_os("STEPMARK_SOAK") {
        Some(_) => 200,
        None => RECORDS,
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Unended,
    TornAt(u64),
    DamagedAt(u64),
}

fn found(path: &Path) -> Found {
    match read(path) {
        Ok(reading) => match reading.summary.tail {
            Tail::Whole => Found::Nothing,
            Tail::Unended => Found::Unended,
            Tail::Torn { offset, .. } => Found::TornAt(offset),
        },
        Err(ReadError::Damaged { line, .. }) => Found::DamagedAt(line),
        Err(error) => panic!("{error}"),
    }
}

fn journal_of(directory: &RunDirectory) -> (Vec<u8>, Vec<usize>) {
    let bytes = std::fs::read(directory.journal()).unwrap();
    let starts = std::iter::once(0)
        .chain(
            bytes
                .iter()
                .enumerate()
                .filter(|(_, byte)| **byte == b'\n')
                .map(|(at, _)| at + 1),
        )
        .collect();
    (bytes, starts)
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

#[test]
fn every_flipped_bit_is_detected_and_located() {
    let records = many();
    let (_parent, directory) = run_of(records);
    let (bytes, starts) = journal_of(&directory);
    assert_eq!(starts.len(), records + 1);
    let path = directory.journal();
    let file = File::options().write(true).open(&path).unwrap();
    // Without the soak one bit of each byte, another one each time.
    let is_tried = |bit: &usize| records > RECORDS || bit % 8 == bit / 8 % 8;
    for bit in (0..bytes.len() * 8).filter(is_tried) {
        let at = bit / 8;
        let flipped = bytes[at] ^ 1 << (bit % 8);
        file.write_all_at(&[flipped], at as u64).unwrap();
        let line = starts.partition_point(|start| *start <= at);
        let merges_last_two = at + 1 == starts[records - 1];
        let expected = if line == records || merges_last_two {
            Found::TornAt(starts[line - 1] as u64)
        } else {
            Found::DamagedAt(line as u64)
        };
        assert_eq!(found(&path), expected, "bit {bit}");
        file.write_all_at(&bytes[at..=at], at as u64).unwrap();
    }
}

#[test]
fn every_bit_of_one_line_is_detected() {
    let (_parent, directory) = run_of(3);
    let (bytes, starts) = journal_of(&directory);
    let path = directory.journal();
    for bit in 0..(starts[1] - 1) * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&path, &changed).unwrap();
        assert_eq!(found(&path), Found::DamagedAt(1), "bit {bit}");
    }
}

#[test]
fn every_deleted_record_is_detected_and_located() {
    let (_parent, directory) = run_of(many());
    let (bytes, _) = journal_of(&directory);
    for at in 0..many() - 1 {
        let mut changed = lines(&bytes);
        changed.remove(at);
        std::fs::write(directory.journal(), changed.concat()).unwrap();
        assert_eq!(found(&directory.journal()), Found::DamagedAt(at as u64 + 1));
    }
}

#[test]
fn a_deleted_last_record_is_told_by_the_head() {
    let (_parent, directory) = run_of(RECORDS);
    let (bytes, starts) = journal_of(&directory);
    assert!(verify(&directory, None).is_sound());
    std::fs::write(directory.journal(), &bytes[..starts[RECORDS - 1]]).unwrap();
    assert!(!verify(&directory, None).is_sound());
}

#[test]
fn every_doubled_record_is_detected_and_located() {
    let (_parent, directory) = run_of(many());
    let (bytes, _) = journal_of(&directory);
    for at in 0..many() {
        let mut changed = lines(&bytes);
        changed.insert(at, changed[at].clone());
        std::fs::write(directory.journal(), changed.concat()).unwrap();
        assert_eq!(found(&directory.journal()), Found::DamagedAt(at as u64 + 2));
    }
}

#[test]
fn every_swapped_pair_is_detected_and_located() {
    let (_parent, directory) = run_of(many());
    let (bytes, _) = journal_of(&directory);
    for at in 0..many() {
        for other in at + 1..many() {
            let mut changed = lines(&bytes);
            changed.swap(at, other);
            std::fs::write(directory.journal(), changed.concat()).unwrap();
            assert_eq!(found(&directory.journal()), Found::DamagedAt(at as u64 + 1));
        }
    }
}

#[test]
fn a_record_of_another_run_is_refused() {
    let (_parent, directory) = run_of(RECORDS);
    let (_other_parent, other) = std::iter::repeat_with(|| run_of(RECORDS))
        .find(|(_, other)| other.run() != directory.run())
        .unwrap();
    let (bytes, _) = journal_of(&directory);
    let (foreign, _) = journal_of(&other);
    let mut changed = lines(&bytes);
    changed[7].clone_from(&lines(&foreign)[7]);
    std::fs::write(directory.journal(), changed.concat()).unwrap();
    assert_eq!(found(&directory.journal()), Found::DamagedAt(8));
}

#[test]
fn a_journal_cut_at_any_byte_is_torn_or_has_no_end() {
    let (_parent, directory) = run_of(RECORDS);
    let (bytes, starts) = journal_of(&directory);
    std::fs::remove_file(directory.head_file()).unwrap();
    for length in 0..bytes.len() {
        std::fs::write(directory.journal(), &bytes[..length]).unwrap();
        let reading = read(&directory.journal()).unwrap();
        let whole = starts.partition_point(|start| *start <= length + 1) - 1;
        assert_eq!(reading.records.len(), whole);
        let expected = if starts.contains(&length) {
            Found::Nothing
        } else if starts.contains(&(length + 1)) {
            Found::Unended
        } else {
            Found::TornAt(starts[whole] as u64)
        };
        assert_eq!(found(&directory.journal()), expected);
        let verification = verify(&directory, None);
        assert!(verification.checks.iter().any(|check| {
            matches!(check.subject, Subject::End | Subject::Tail)
                && matches!(check.proof, Proof::Unproven { .. })
        }));
    }
}

#[test]
fn a_hash_in_capitals_is_another_line() {
    let (_parent, directory) = run_of(3);
    let text = std::fs::read_to_string(directory.journal()).unwrap();
    let (body, hash) = text.lines().next().unwrap().rsplit_once(':').unwrap();
    let shouted = text.replacen(
        &format!("{body}:{hash}"),
        &format!("{body}:{}", hash.to_uppercase()),
        1,
    );
    assert_ne!(shouted, text);
    std::fs::write(directory.journal(), shouted).unwrap();
    assert_eq!(found(&directory.journal()), Found::DamagedAt(1));
}

#[test]
fn an_output_name_that_leads_elsewhere_is_not_followed() {
    use stepmark_core::output::{OutputReader, OutputSummary};
    let (_parent, root) = crate::common::root();
    let journal = stepmark_journal::Journal::start(crate::common::create(&root)).expect("a thread");
    let directory = journal.directory().clone();
    let summary = OutputSummary {
        file: Some("../runbook.md".to_owned()),
        ..OutputSummary::empty()
    };
    let at = crate::common::at(1);
    let records = journal
        .append(vec![(at, crate::common::outcome("step", summary))])
        .unwrap();
    journal.close().unwrap();
    let outputs = stepmark_journal::StoredOutputs::new(directory.clone(), &records);
    assert_eq!(outputs.lines(&id("step"), 0..9, 99), Vec::<String>::new());
    assert!(!verify(&directory, None).is_sound());
}

/// `line` as someone writes it who can compute its hash anew.
fn forged(line: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(line).unwrap();
    let (body, _) = text.split_once(",\"hash\":\"").unwrap();
    assert!(body.contains(from), "{body}");
    let body = body.replace(from, to);
    let hash = Digest::of(format!("{body}}}"));
    format!("{body},\"hash\":\"{hash}\"}}\n").into_bytes()
}

#[test]
fn a_forged_line_with_a_right_hash_must_still_fit_its_chain() {
    let (_parent, directory) = run_of(RECORDS);
    let (bytes, _) = journal_of(&directory);
    let run = directory.run().as_str();
    let last_hash = |lines: &[Vec<u8>], at: usize| {
        let text = String::from_utf8(lines[at].clone()).unwrap();
        text[text.len() - 67..text.len() - 3].to_owned()
    };
    let hashes = lines(&bytes);
    let zeros = "0".repeat(64);
    for (at, from, to, damaged) in [
        (RECORDS - 1, "\"seq\":20", "\"seq\":21", 20),
        (
            RECORDS - 1,
            last_hash(&hashes, RECORDS - 2).as_str(),
            zeros.as_str(),
            20,
        ),
        (RECORDS - 1, run, "20261120T021405Z-ffffff", 20),
        (8, "note 9", "note 8", 10),
    ] {
        let mut changed = lines(&bytes);
        changed[at] = forged(&changed[at], from, to);
        std::fs::write(directory.journal(), changed.concat()).unwrap();
        assert_eq!(
            found(&directory.journal()),
            Found::DamagedAt(damaged),
            "{from}"
        );
    }
}

#[test]
fn a_recovery_must_name_place_and_length_of_what_it_closes_off() {
    let (_parent, directory) = run_of(3);
    let (mut bytes, _) = journal_of(&directory);
    let offset = format!("\"offset\":{}", bytes.len());
    bytes.extend(b"torn");
    std::fs::write(directory.journal(), bytes).unwrap();
    drop(directory.take_up(crate::common::at(1)).unwrap());
    let (bytes, _) = journal_of(&directory);
    assert_eq!(found(&directory.journal()), Found::Nothing);
    for (from, to) in [
        ("\"length\":4", "\"length\":5"),
        (offset.as_str(), "\"offset\":1"),
    ] {
        let mut changed = lines(&bytes);
        changed[4] = forged(&changed[4], from, to);
        std::fs::write(directory.journal(), changed.concat()).unwrap();
        assert_eq!(found(&directory.journal()), Found::DamagedAt(4), "{from}");
    }
}
