//! Taking a run up again after its runner died.

use stepmark_core::Digest;
use stepmark_core::record::Event;
use stepmark_journal::{DirectoryError, Journal, ReadError, RunDirectory, Tail, read};

use crate::common::failing_disk::FailingDisk;
use crate::common::{at, note, run_of};

fn take_up(directory: &RunDirectory) -> Journal {
    Journal::start(
        directory
            .take_up_on(FailingDisk::new(None), at(77))
            .unwrap()
            .0,
    )
    .expect("a thread")
}

fn torn(directory: &RunDirectory, tail: &[u8]) -> Vec<u8> {
    let mut bytes = std::fs::read(directory.journal()).unwrap();
    bytes.extend(tail);
    std::fs::write(directory.journal(), &bytes).unwrap();
    bytes
}

#[test]
fn a_whole_journal_is_continued_where_it_ended() {
    let (_parent, directory) = run_of(3);
    let before = std::fs::read(directory.journal()).unwrap();
    let journal = take_up(&directory);
    let records = journal.append(vec![(at(78), note("more"))]).unwrap();
    assert_eq!(records[0].seq, 4);
    journal.close().unwrap();
    assert!(
        std::fs::read(directory.journal())
            .unwrap()
            .starts_with(&before)
    );
    assert_eq!(directory.read().unwrap().records.len(), 4);
}

#[test]
fn every_torn_tail_is_closed_off_and_its_bytes_stay() {
    let (_parent, directory) = run_of(3);
    let whole = std::fs::read(directory.journal()).unwrap();
    let last = whole[..whole.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap()
        + 1;
    for length in last + 1..whole.len() - 1 {
        std::fs::write(directory.journal(), &whole[..length]).unwrap();
        let (held, reading) = directory
            .take_up_on(FailingDisk::new(None), at(77))
            .unwrap();
        let recovered = Event::TailRecovered {
            offset: last as u64,
            length: (length - last) as u64,
            digest: Digest::of(&whole[last..length]),
        };
        assert_eq!(reading.records.last().unwrap().event, recovered);
        assert_eq!(reading.records.last().unwrap().seq, 3);
        let journal = Journal::start(held).expect("a thread");
        journal.append(vec![(at(78), note("on"))]).unwrap();
        journal.close().unwrap();
        let again = directory.read().unwrap();
        assert_eq!(again.records[..3], reading.records);
        assert_eq!((again.records.len(), again.summary.tail), (4, Tail::Whole));
        let bytes = std::fs::read(directory.journal()).unwrap();
        assert!(bytes.starts_with(&whole[..length]));
    }
}

#[test]
fn a_record_that_only_lacks_its_newline_is_a_record() {
    let (_parent, directory) = run_of(3);
    let whole = std::fs::read(directory.journal()).unwrap();
    std::fs::write(directory.journal(), &whole[..whole.len() - 1]).unwrap();
    assert_eq!(directory.read().unwrap().summary.tail, Tail::Unended);
    let journal = take_up(&directory);
    assert_eq!(std::fs::read(directory.journal()).unwrap(), whole);
    journal.append(vec![(at(78), note("on"))]).unwrap();
    let reading = directory.read().unwrap();
    assert_eq!(
        (reading.records.len(), reading.summary.tail),
        (4, Tail::Whole)
    );
}

#[test]
fn tails_of_zeros_newlines_and_several_lines_are_closed_off() {
    let overlong = vec![b'x'; (64 << 20) + 5];
    let tails: [&[u8]; 6] = [
        &[0; 700],
        b"\n",
        b"\n\n",
        b"{}\nrubbish\n{\"v\":1",
        b"rubbish\n",
        &overlong,
    ];
    for tail in tails {
        let (_parent, directory) = run_of(3);
        let before = torn(&directory, tail);
        take_up(&directory)
            .append(vec![(at(78), note("on"))])
            .unwrap();
        assert_eq!(directory.read().unwrap().records.len(), 5);
        assert!(
            std::fs::read(directory.journal())
                .unwrap()
                .starts_with(&before)
        );
    }
}

#[test]
fn a_recovery_that_is_itself_torn_is_recovered_at_any_byte() {
    let (_parent, directory) = run_of(3);
    let before = torn(&directory, b"{\"v\":1,\"seq\":4,");
    drop(take_up(&directory));
    let after = std::fs::read(directory.journal()).unwrap();
    for length in before.len()..after.len() {
        std::fs::write(directory.journal(), &after[..length]).unwrap();
        drop(take_up(&directory));
        let reading = directory.read().unwrap();
        assert_eq!(
            (reading.records.len(), reading.summary.tail),
            (4, Tail::Whole)
        );
        assert!(
            std::fs::read(directory.journal())
                .unwrap()
                .starts_with(&after[..length])
        );
    }
}

#[test]
fn a_recovery_vouches_for_no_other_bytes() {
    let (_parent, directory) = run_of(3);
    let before = torn(&directory, b"{\"v\":1,\"seq\":4,");
    drop(take_up(&directory));
    let after = std::fs::read(directory.journal()).unwrap();
    let mut changed = after.clone();
    changed[before.len() - 2] ^= 1;
    let mut removed = after.clone();
    removed.drain(before.len() - 15..=before.len());
    for bytes in [changed, removed] {
        std::fs::write(directory.journal(), bytes).unwrap();
        let error = read(&directory.journal()).unwrap_err();
        assert!(
            matches!(error, ReadError::Damaged { line: 4, .. }),
            "{error}"
        );
    }
}

#[test]
fn a_damaged_journal_is_not_continued_and_not_touched() {
    let (_parent, directory) = run_of(5);
    let mut bytes = std::fs::read(directory.journal()).unwrap();
    bytes[40] ^= 1;
    std::fs::write(directory.journal(), &bytes).unwrap();
    let error = directory.take_up(at(77)).err().unwrap();
    assert!(
        matches!(
            error,
            DirectoryError::Read(ReadError::Damaged { line: 1, .. })
        ),
        "{error}"
    );
    assert_eq!(std::fs::read(directory.journal()).unwrap(), bytes);
    assert!(!directory.is_locked());
}

#[test]
fn the_journal_of_another_run_is_not_continued() {
    let (_parent, directory) = run_of(3);
    // The tests' clock stands still, so two ids differ in four random bits only.
    let (_other_parent, other) = std::iter::repeat_with(|| run_of(3))
        .find(|(_, other)| other.run() != directory.run())
        .unwrap();
    std::fs::copy(other.journal(), directory.journal()).unwrap();
    assert!(matches!(
        directory.take_up(at(77)),
        Err(DirectoryError::NotARun { .. })
    ));
}

#[test]
fn a_newer_format_and_an_unknown_event_are_named() {
    for (from, to, expected) in [
        (
            "{\"v\":1,\"seq\":3",
            "{\"v\":2,\"seq\":3",
            "is in journal format 2; this stepmark knows formats up to 1",
        ),
        (
            "\"type\":\"run_finished\"",
            "\"type\":\"run_celebrated\"",
            "cannot be understood: event `run_celebrated`: unknown variant",
        ),
    ] {
        let (_parent, directory) = run_of(3);
        let text = std::fs::read_to_string(directory.journal()).unwrap();
        let (before, last) = text.trim_end().rsplit_once('\n').unwrap();
        let (body, _) = last.rsplit_once(",\"hash\":\"").unwrap();
        let body = body.replace(from, to);
        let hash = Digest::of(format!("{body}}}"));
        let changed = format!("{before}\n{body},\"hash\":\"{hash}\"}}\n");
        std::fs::write(directory.journal(), changed).unwrap();
        let error = directory.take_up(at(1)).err().unwrap();
        assert!(error.to_string().starts_with("line 3 of "), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}
