//! Journals that somebody else made: whatever stands in them, reading and verifying ends, says where, and holds little.

use std::fs::File;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use stepmark_core::Digest;
use stepmark_journal::{LINE_BYTES_MAX, ReadError, RunDirectory, Tail, read, read_each, verify};

use crate::common::run_of;

/// Made-up journals that are tried; many more in the soak.
fn cases() -> u32 {
    match std::env::var_os("STEPMARK_SOAK") {
        Some(_) => 200_000,
        None => 1_000,
    }
}

/// `body` (without its last brace) as a line with a right hash, as anybody can compute it.
fn sealed(body: &str) -> Vec<u8> {
    let hash = Digest::of(format!("{body}}}"));
    format!("{body},\"hash\":\"{hash}\"}}\n").into_bytes()
}

/// A first line whose hash is right, with `fields` as its event.
fn first(directory: &RunDirectory, fields: &str) -> Vec<u8> {
    let run = directory.run();
    let zeros = "0".repeat(64);
    sealed(&format!(
        "{{\"v\":1,\"seq\":1,\"at\":\"2026-11-20T02:14:05.000000Z\",\"run\":\"{run}\",{fields},\"prev\":\"{zeros}\""
    ))
}

#[test]
fn deep_json_huge_counts_and_doubled_members_are_refused_with_their_place() {
    let (_parent, directory) = run_of(3);
    let deep = format!(
        "\"type\":\"note_added\",\"text\":{}{}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    for fields in [
        deep.as_str(),
        "\"type\":\"tail_recovered\",\"offset\":1e99,\"length\":1,\"digest\":\"x\"",
        "\"type\":\"step_skipped\",\"step\":\"a\"",
        "\"type\":\"step_interrupted\",\"step\":\"a\",\"attempt\":99999999999999999999",
        "\"type\":\"note_added\",\"text\":\"a\",\"text\":\"b\"",
        "\"type\":\"note_added\",\"type\":\"note_added\",\"text\":\"b\"",
        "\"type\":\"what_is_this\"",
    ] {
        std::fs::write(directory.journal(), first(&directory, fields)).unwrap();
        match read(&directory.journal()) {
            Err(
                ReadError::NotUnderstood {
                    record: 1,
                    line: 1,
                    offset: 0,
                    ..
                }
                | ReadError::Damaged {
                    record: 1,
                    line: 1,
                    offset: 0,
                    ..
                },
            ) => {}
            other => panic!("{fields:.60}: {other:?}"),
        }
        assert!(!verify(&directory, None).is_sound());
    }
}

#[test]
fn a_line_of_a_gigabyte_is_torn_and_costs_little() {
    let (_parent, directory) = run_of(3);
    let journal = std::fs::read(directory.journal()).unwrap();
    let file = File::options()
        .append(true)
        .open(directory.journal())
        .unwrap();
    let bytes = match std::env::var_os("STEPMARK_SOAK") {
        Some(_) => 1 << 30,
        None => 3 * LINE_BYTES_MAX as u64,
    };
    file.set_len(journal.len() as u64 + bytes).unwrap();
    let summary = read_each(&directory.journal(), |_, _| ()).unwrap();
    assert_eq!(summary.head.seq, 3);
    let expected = (journal.len() as u64, bytes);
    let Tail::Torn { offset, length, .. } = summary.tail else {
        panic!("{:?}", summary.tail);
    };
    assert_eq!((offset, length), expected);
}

#[test]
fn a_line_as_long_as_lines_can_be_is_read_by_both_ways_of_reading() {
    let (_parent, directory) = run_of(3);
    for length in [1_000, LINE_BYTES_MAX - 1_000] {
        let fields = format!(
            "\"type\":\"note_added\",\"text\":\"{}\"",
            "x".repeat(length)
        );
        std::fs::write(directory.journal(), first(&directory, &fields)).unwrap();
        let reading = read(&directory.journal()).unwrap();
        assert_eq!(reading.records.len(), 1);
    }
    let fields = format!(
        "\"type\":\"note_added\",\"text\":\"{}\"",
        "x".repeat(LINE_BYTES_MAX)
    );
    std::fs::write(directory.journal(), first(&directory, &fields)).unwrap();
    let tail = read(&directory.journal()).unwrap().summary.tail;
    assert!(matches!(tail, Tail::Torn { offset: 0, .. }));
}

#[test]
fn a_long_journal_is_read_ahead_and_damage_in_it_is_located_as_in_a_short_one() {
    let (_parent, directory) = run_of(5_000);
    let bytes = std::fs::read(directory.journal()).unwrap();
    assert!(bytes.len() > 1 << 20);
    let starts: Vec<usize> = std::iter::once(0)
        .chain(
            (0..bytes.len())
                .filter(|at| bytes[*at] == b'\n')
                .map(|at| at + 1),
        )
        .collect();
    for line in [0, 1, 777, 2_500, 4_998] {
        let mut changed = bytes.clone();
        changed[starts[line] + 100] ^= 1;
        std::fs::write(directory.journal(), &changed).unwrap();
        let mut seen = 0;
        let error = read_each(&directory.journal(), |record, _| seen = record.seq).unwrap_err();
        assert_eq!(seen, line as u64, "the records before it are visited");
        let ReadError::Damaged {
            line: found,
            offset,
            ..
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!((found, offset), (line as u64 + 1, starts[line] as u64));
    }
}

/// Calls `check` with values of `made`; the first that fails is made small and told.
fn for_all<T: std::fmt::Debug>(made: impl Strategy<Value = T>, check: impl Fn(T)) {
    let config = Config {
        cases: cases(),
        failure_persistence: None,
        ..Config::default()
    };
    let tried = TestRunner::new(config).run(&made, |value| {
        check(value);
        Ok(())
    });
    if let Err(failure) = tried {
        panic!("{failure}");
    }
}

#[test]
fn any_json_in_the_place_of_an_event_is_read_or_refused() {
    let (_parent, directory) = run_of(2);
    for_all(event_like(), |fields| {
        std::fs::write(directory.journal(), first(&directory, &fields)).unwrap();
        let begun = Instant::now();
        let _ = read(&directory.journal());
        let _ = verify(&directory, None);
        assert!(begun.elapsed() < Duration::from_secs(10));
    });
}

#[test]
fn any_bytes_in_the_place_of_a_journal_are_torn_or_refused() {
    let (_parent, directory) = run_of(2);
    let bytes = proptest::collection::vec(any::<u8>(), 0..2_000);
    for_all(bytes, |bytes| {
        std::fs::write(directory.journal(), &bytes).unwrap();
        assert!(!verify(&directory, None).is_complete());
    });
}

/// Members as an event might have them, with values that it would not.
fn event_like() -> impl Strategy<Value = String> {
    let kinds = [
        "run_started",
        "step_started",
        "step_finished",
        "tail_recovered",
        "note_added",
        "run_finished",
        "step_skipped",
        "target_identified",
        "input_given",
        "runbook_replaced",
    ];
    let names = [
        "step",
        "attempt",
        "text",
        "outcome",
        "work",
        "duration_us",
        "output",
        "verdict",
        "offset",
        "length",
        "digest",
        "file",
        "runbook",
        "steps",
        "header",
        "kind",
        "v",
        "seq",
        "type",
    ];
    let value = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        "[a-z./]{0,12}".prop_map(|text| format!("\"{text}\"")),
        Just("\"\\ud800\"".to_owned()),
        Just("{\"status\":\"succeeded\"}".to_owned()),
        Just("{\"engine\":\"manual\"}".to_owned()),
        Just("{\"bytes\":18446744073709551615,\"lines\":1,\"digest\":\"00\",\"excerpt\":\"\",\"file\":\"../../x\"}".to_owned()),
        Just("null".to_owned()),
        Just("[[[[[[[[]]]]]]]]".to_owned()),
    ];
    let member = (proptest::sample::select(names.to_vec()), value)
        .prop_map(|(name, value)| format!(",\"{name}\":{value}"));
    let members = proptest::collection::vec(member, 0..8);
    (proptest::sample::select(kinds.to_vec()), members)
        .prop_map(|(kind, members)| format!("\"type\":\"{kind}\"{}", members.concat()))
}
