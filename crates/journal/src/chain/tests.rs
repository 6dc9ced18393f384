//! Every small change to a journal of 200 records, each seen and located. What stands before a change is proven once: the
//! chain is a fold, so that a million changes cost a million lines and not a million journals.

use std::path::Path;

use stepmark_core::record::{Event, Record};
use stepmark_core::{RunId, StepId, Timestamp};

use super::*;
use crate::line::{encode, genesis};

const RECORDS: usize = 200;

/// What came of reading to the end.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Whole,
    Unended,
    TornAt(u64),
    DamagedAt { line: u64, offset: u64 },
}

/// A journal by lines, and the chain as it stands before each of them.
struct Journal {
    lines: Vec<Vec<u8>>,
    starts: Vec<usize>,
    chains: Vec<Chain<'static>>,
}

impl Journal {
    fn new() -> Self {
        let run = RunId::new("20261120T021405Z-7f3a9c");
        let mut journal = Self {
            lines: Vec::new(),
            starts: vec![0],
            chains: vec![Chain::new(Path::new("journal.jsonl"))],
        };
        let mut prev = genesis();
        for seq in 1..=RECORDS as u64 {
            let event = Event::NoteAdded {
                step: Some(StepId::new("copy")),
                text: format!("note {seq} J*\u{e9}\u{1f600}"),
            };
            let at = Timestamp::from_micros(1_795_140_845_000_000);
            let (line, hash) = encode(&run, &Record { seq, at, event }, prev).unwrap();
            prev = hash;
            let (found, chain) = journal.read_from(journal.lines.len(), &line);
            assert_eq!(found, Found::Whole);
            journal
                .starts
                .push(journal.starts[journal.lines.len()] + line.len());
            journal.chains.push(chain);
            journal.lines.push(line);
        }
        journal
    }

    /// Reads `bytes` as they would stand in the place of line `at` (from 0) and all after it.
    fn read_from(&self, at: usize, bytes: &[u8]) -> (Found, Chain<'static>) {
        let mut chain = self.chains[at].clone();
        let mut source = bytes;
        let mut piece = Piece::default();
        while piece.fill(&mut source).unwrap() {
            match chain.take(&piece) {
                Ok(_) => {}
                Err(ReadError::Damaged {
                    line,
                    offset,
                    record,
                    ..
                }) => {
                    assert_eq!(record, line, "every line before is a record");
                    return (Found::DamagedAt { line, offset }, chain);
                }
                Err(error) => panic!("{error}"),
            }
        }
        let found = match chain.clone().end().tail {
            Tail::Whole => Found::Whole,
            Tail::Unended => Found::Unended,
            Tail::Torn { offset, .. } => Found::TornAt(offset),
        };
        (found, chain)
    }

    fn found(&self, at: usize, bytes: &[u8]) -> Found {
        self.read_from(at, bytes).0
    }

    /// The lines from `from`, at most three of them: a change is seen by the second good line after it.
    fn window(&self, from: usize) -> Vec<u8> {
        self.lines[from..(from + 3).min(RECORDS)].concat()
    }

    fn damaged_at(&self, line: usize) -> Found {
        Found::DamagedAt {
            line: line as u64 + 1,
            offset: self.starts[line] as u64,
        }
    }
}

#[test]
fn every_bit_of_200_records_is_detected_and_located() {
    let journal = Journal::new();
    let mut flips = 0_u64;
    for at in 0..RECORDS {
        let mut window = journal.window(at);
        for byte in 0..journal.lines[at].len() {
            for bit in 0..8 {
                window[byte] ^= 1 << bit;
                let is_newline = byte + 1 == journal.lines[at].len();
                let merges_last_two = is_newline && at + 2 == RECORDS;
                let expected = match at + 1 == RECORDS || merges_last_two {
                    true => Found::TornAt(journal.starts[at] as u64),
                    false => journal.damaged_at(at),
                };
                let found = journal.found(at, &window);
                assert_eq!(found, expected, "line {} byte {byte} bit {bit}", at + 1);
                window[byte] ^= 1 << bit;
                flips += 1;
            }
        }
    }
    assert_eq!(flips, 8 * journal.starts[RECORDS] as u64);
}

#[test]
fn every_deleted_doubled_and_inserted_record_is_detected_and_located() {
    let journal = Journal::new();
    for at in 0..RECORDS {
        if at + 1 < RECORDS {
            let deleted = &journal.window(at)[journal.lines[at].len()..];
            assert_eq!(journal.found(at, deleted), journal.damaged_at(at));
        }
        for other in 0..RECORDS {
            let inserted = [&journal.lines[other][..], &journal.window(at)].concat();
            let expected = match other == at {
                // The same record twice: the first of them is in its place.
                true => Found::DamagedAt {
                    line: at as u64 + 2,
                    offset: (journal.starts[at] + journal.lines[at].len()) as u64,
                },
                false => journal.damaged_at(at),
            };
            assert_eq!(
                journal.found(at, &inserted),
                expected,
                "{other} before {at}"
            );
        }
    }
}

#[test]
fn every_swapped_pair_is_detected_and_located() {
    let journal = Journal::new();
    for at in 0..RECORDS {
        for other in at + 1..RECORDS {
            let found = journal.found(at, &journal.lines[other]);
            assert_eq!(found, journal.damaged_at(at), "{at} and {other}");
        }
    }
}

#[test]
fn a_cut_at_every_byte_is_told_from_a_whole_journal_or_leaves_fewer_records() {
    let journal = Journal::new();
    for at in 0..RECORDS {
        let line = &journal.lines[at];
        for length in 0..line.len() {
            let (found, chain) = journal.read_from(at, &line[..length]);
            let expected = match length {
                0 => Found::Whole,
                _ if length + 1 == line.len() => Found::Unended,
                _ => Found::TornAt(journal.starts[at] as u64),
            };
            assert_eq!(found, expected, "line {} byte {length}", at + 1);
            let records = at as u64 + u64::from(expected == Found::Unended);
            assert_eq!(chain.end().head.seq, records);
        }
    }
}
