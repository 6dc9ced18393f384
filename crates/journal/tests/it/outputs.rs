//! Outputs: where they are kept, how they are summed up, and that every reader sees the same lines.

use std::ops::Range;

use proptest::prelude::*;
use stepmark_core::Digest;
use stepmark_core::output::{OutputLength, OutputReader, OutputSummary};
use stepmark_journal::{Journal, LiveOutputs, RunDirectory, StoredOutputs};
use tempfile::TempDir;

use crate::common::failing_disk::FailingDisk;
use crate::common::{RUNBOOK, at, create, id, intent, outcome, root, started};

/// A run with one finished output, written in `chunks`.
struct Written {
    _parent: TempDir,
    directory: RunDirectory,
    live: LiveOutputs,
    stored: StoredOutputs,
    summary: OutputSummary,
}

fn write(chunks: &[&str]) -> Written {
    let (parent, root) = root();
    let held = RunDirectory::create_on(FailingDisk::new(None), &root, at(0), RUNBOOK).unwrap();
    let journal = Journal::start(held).expect("a thread");
    let output = journal.output(id("load-data"), 7);
    for chunk in chunks {
        output.write((*chunk).to_owned());
    }
    let summary = output.finish().unwrap();
    let records = journal
        .append(vec![(at(1), outcome("load-data", summary.clone()))])
        .unwrap();
    Written {
        _parent: parent,
        directory: journal.directory().clone(),
        live: journal.outputs(),
        stored: StoredOutputs::new(journal.directory().clone(), &records),
        summary,
    }
}

fn naive_lines(text: &str, range: Range<u64>, line_bytes_max: usize) -> Vec<String> {
    let mut lines: Vec<_> = text.split('\n').collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    let taken = usize::try_from(range.end.saturating_sub(range.start)).unwrap();
    lines
        .into_iter()
        .skip(usize::try_from(range.start).unwrap())
        .take(taken)
        .map(|line| line[..line.floor_char_boundary(line_bytes_max)].to_owned())
        .collect()
}

/// The whole output as it comes in pieces of so many bytes.
fn read_by(piece: usize, live: &LiveOutputs) -> Vec<u8> {
    let mut buffer = vec![0; piece];
    let mut all = Vec::new();
    loop {
        let at = all.len() as u64;
        match live.read_at(&id("load-data"), &mut buffer, at).unwrap() {
            0 => return all,
            taken => all.extend_from_slice(&buffer[..taken]),
        }
    }
}

fn naive_length(text: &str) -> OutputLength {
    OutputLength {
        bytes: text.len() as u64,
        lines: naive_lines(text, 0..u64::MAX, 0).len() as u64,
    }
}

fn check(chunks: &[&str]) -> Written {
    let written = write(chunks);
    let text = chunks.concat();
    let length = naive_length(&text);
    assert_eq!(written.summary.bytes, length.bytes);
    assert_eq!(written.summary.lines, length.lines);
    assert_eq!(written.summary.digest, Digest::of(&text));
    assert_eq!(written.summary.file.is_some(), text.len() > 8192);
    match &written.summary.file {
        Some(name) => {
            assert_eq!(name, "07-load-data.1.log");
            let file = written.directory.outputs().join(name);
            assert_eq!(std::fs::read_to_string(file).unwrap(), text);
            assert!(text.ends_with(&written.summary.excerpt));
            assert!(written.summary.excerpt.len() <= 8192);
        }
        None => assert_eq!(written.summary.excerpt, text),
    }
    for piece in [1000, 1 << 20] {
        assert!(read_by(piece, &written.live) == text.as_bytes());
    }
    for reader in [&written.live as &dyn OutputReader, &written.stored] {
        assert_eq!(reader.length(&id("load-data")), length);
        for range in windows(length.lines) {
            for line_bytes_max in [0, 1, 7, 4096] {
                assert_eq!(
                    reader.lines(&id("load-data"), range.clone(), line_bytes_max),
                    naive_lines(&text, range.clone(), line_bytes_max),
                    "{range:?} of {length:?}, cut at {line_bytes_max}"
                );
            }
        }
    }
    written
}

fn windows(lines: u64) -> [Range<u64>; 6] {
    [
        0..lines.min(60),
        0..1,
        lines / 2..lines / 2 + 50,
        lines.saturating_sub(3)..lines + 5,
        lines..lines + 1,
        5..5,
    ]
}

#[test]
fn output_of_8192_bytes_stays_in_the_record_and_one_more_goes_to_a_file() {
    for length in [0, 1, 8191, 8192, 8193, 16384, 16385, 100_000] {
        let line = "0123456789abcde\n";
        let text: String = line.chars().cycle().take(length).collect();
        check(&[&text]);
        let (a, b) = text.split_at(length / 3);
        check(&[a, b]);
    }
}

#[test]
fn an_excerpt_begins_at_a_line() {
    let text = "a line of some length\n".repeat(1000);
    let excerpt = check(&[&text]).summary.excerpt;
    assert!(excerpt.starts_with("a line of some length\n"));
    assert!(excerpt.len() > 8192 - 22);

    let exact = format!("x{}", "\n1234567".repeat(1024 * 2));
    let excerpt = check(&[&exact]).summary.excerpt;
    assert_eq!(excerpt.len(), 8191);
    let aligned = "1234567\n".repeat(1024 * 2);
    assert_eq!(check(&[&aligned]).summary.excerpt.len(), 8192);
}

#[test]
fn an_excerpt_of_one_endless_line_begins_at_a_character() {
    for offset in 0..4 {
        let text = format!("{}{}", "x".repeat(offset), "\u{1f600}".repeat(3000));
        let excerpt = check(&[&text]).summary.excerpt;
        assert!(excerpt.chars().all(|c| c == '\u{1f600}'));
        assert_eq!(excerpt.len(), 8192);
    }
    let text = format!("first\n{}xyz\u{e9}", "\u{e9}".repeat(5000));
    assert_eq!(check(&[&text]).summary.excerpt.len(), 8191);
}

#[test]
fn characters_of_all_widths_survive_the_boundary() {
    for before in 8180..8200 {
        let text = format!("{}\u{e9}\u{20ac}\u{1f600}\nend", "x".repeat(before));
        check(&[&text]);
        check(&[&text[..before], &text[before..]]);
    }
}

#[test]
fn long_lines_are_cut_at_a_character_and_the_next_line_is_found() {
    let giant = "\u{20ac}".repeat(100_000);
    let text = format!("{giant}\nshort\n{giant}\n\nlast");
    let written = check(&[&text]);
    let lines = written.live.lines(&id("load-data"), 0..9, 10);
    assert_eq!(
        lines,
        [
            "\u{20ac}\u{20ac}\u{20ac}",
            "short",
            "\u{20ac}\u{20ac}\u{20ac}",
            "",
            "last"
        ]
    );
}

#[test]
fn a_million_lines_are_read_anywhere_while_they_are_written() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let output = journal.output(id("flood"), 1);
    let live = journal.outputs();
    let line = |n: u64| format!("line number {n}");
    let writer = output.clone();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for block in 0..1000 {
                let text: String = (block * 1000..(block + 1) * 1000)
                    .map(|n| line(n) + "\n")
                    .collect();
                writer.write(text);
            }
        });
        loop {
            let seen = live.length(&id("flood")).lines;
            let start = seen.saturating_sub(50);
            let expected: Vec<_> = (start..seen).map(line).collect();
            assert_eq!(live.lines(&id("flood"), start..seen, 100), expected);
            if seen == 1_000_000 {
                break;
            }
        }
    });
    for start in [0, 1, 4_095, 500_000, 999_950] {
        let expected: Vec<_> = (start..start + 50).map(line).collect();
        assert_eq!(live.lines(&id("flood"), start..start + 50, 100), expected);
    }
    assert_eq!(output.finish().unwrap().lines, 1_000_000);
}

#[test]
fn records_pass_a_flood_of_output() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let output = journal.output(id("flood"), 1);
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let stopped = stopped;
            while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                output.write("some output\n".repeat(1000));
            }
        });
        for n in 0..20 {
            journal
                .append(vec![(at(n), crate::common::note("heard"))])
                .unwrap();
        }
        drop(stop);
    });
    assert_eq!(journal.directory().read().unwrap().records.len(), 20);
}

#[test]
fn an_output_that_does_not_exist_is_empty() {
    let written = write(&["text"]);
    for reader in [&written.live as &dyn OutputReader, &written.stored] {
        assert_eq!(reader.length(&id("other")), OutputLength::default());
        assert_eq!(reader.lines(&id("other"), 0..10, 80), Vec::<String>::new());
    }
}

#[test]
fn what_is_written_after_the_end_changes_nothing() {
    for text in ["short\n".to_owned(), "long\n".repeat(5000)] {
        let (_parent, root) = root();
        let journal = Journal::start(create(&root)).expect("a thread");
        let output = journal.output(id("late"), 1);
        output.write(text.clone());
        let summary = output.finish().unwrap();
        output.write("too late\n".repeat(5000));
        assert_eq!(output.finish().unwrap(), summary);
        assert_eq!(summary.digest, Digest::of(&text));
        journal.append(vec![(at(0), started())]).unwrap();
    }
}

#[test]
fn a_file_in_the_way_stops_the_run() {
    let (parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let victim = parent.path().join("victim");
    std::fs::write(&victim, "precious").unwrap();
    let name = journal.directory().outputs().join("01-a.1.log");
    std::os::unix::fs::symlink(&victim, name).unwrap();
    let output = journal.output(id("a"), 1);
    output.write("x".repeat(10_000));
    let error = output.finish().unwrap_err();
    assert_eq!(journal.append(vec![(at(0), started())]), Err(error));
    assert_eq!(std::fs::read_to_string(victim).unwrap(), "precious");
}

#[test]
fn names_stay_in_their_directory() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let output = journal.output(id("../../etc/\u{e9} x"), 123);
    output.write("x".repeat(10_000));
    let name = output.finish().unwrap().file.unwrap();
    assert_eq!(name, "123-______etc___x.1.log");
    assert!(journal.directory().outputs().join(name).is_file());
}

#[test]
fn output_of_an_attempt_without_outcome_is_found_by_its_name() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let directory = journal.directory().clone();
    journal.append(vec![(at(0), intent("cut-off"))]).unwrap();
    let output = journal.output(id("cut-off"), 3);
    output.write("seen\n".repeat(3000));
    drop(journal);
    let stored = StoredOutputs::new(directory, &[]);
    assert_eq!(stored.length(&id("cut-off")).lines, 3000);
    assert_eq!(stored.lines(&id("cut-off"), 2999..3005, 80), ["seen"]);
    assert_eq!(stored.length(&id("off")).lines, 0);
}

#[test]
fn an_unreadable_file_is_said_so() {
    let written = write(&["line\n".repeat(5000).as_str()]);
    let file = written.directory.outputs().join("07-load-data.1.log");
    std::fs::remove_file(&file).unwrap();
    let expected = format!(
        "<stepmark cannot read this output: No such file or directory: {}>",
        file.display()
    );
    for reader in [&written.live as &dyn OutputReader, &written.stored] {
        assert_eq!(
            reader.lines(&id("load-data"), 0..3, 4096),
            std::slice::from_ref(&expected)
        );
        assert_eq!(reader.lines(&id("load-data"), 0..3, 9), ["<stepmark"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn lines_are_those_of_a_naive_split(
        chunks in proptest::collection::vec("(\n|[a-z\u{e9}\u{20ac}\u{1f600}]{0,9}\n?){0,60}", 0..200),
        repeat in 1..20_usize,
    ) {
        let chunks: Vec<_> = chunks.iter().map(|chunk| chunk.repeat(repeat)).collect();
        let chunks: Vec<_> = chunks.iter().map(String::as_str).collect();
        check(&chunks);
    }
}
