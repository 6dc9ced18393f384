//! Streams cut everywhere: what comes out is the same, and what must change has changed.

use super::{
    COPY_BYTES_MAX, FIELD_BYTES_MAX, ROW_BYTES_MAX, Sieve, VALUE_BYTES_MAX, write_message,
};
use crate::postgres::tap::Sightings;

/// What comes out of a stream that is read in pieces of so many bytes.
fn sifted(stream: &[u8], piece: usize, sightings: &Sightings) -> Vec<u8> {
    let mut sieve = Sieve::new(sightings.clone());
    let mut out = Vec::new();
    for bytes in stream.chunks(piece) {
        let passed = match sieve.is_passing() {
            true => sieve.scan(bytes).unwrap(),
            false => 0,
        };
        out.extend_from_slice(&bytes[..passed]);
        sieve.take(&bytes[passed..]).unwrap();
        out.extend_from_slice(sieve.waiting());
        let waiting = sieve.waiting().len();
        sieve.gave(waiting);
    }
    out
}

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    write_message(&mut out, tag, body);
    out
}

fn row(cells: &[Option<&[u8]>]) -> Vec<u8> {
    let mut body = u16::try_from(cells.len()).unwrap().to_be_bytes().to_vec();
    for cell in cells {
        match cell {
            None => body.extend_from_slice(&(-1_i32).to_be_bytes()),
            Some(cell) => {
                body.extend_from_slice(&u32::try_from(cell.len()).unwrap().to_be_bytes());
                body.extend_from_slice(cell);
            }
        }
    }
    message(b'D', &body)
}

const READY: &[u8] = b"Z\0\0\0\x05I";
const ASCII: &[u8] = b"S\0\0\0\x1eclient_encoding\0SQL_ASCII\0";
const UTF8: &[u8] = b"S\0\0\0\x19client_encoding\0UTF8\0";
/// A RowDescription of one column whose name is `a`, a byte that is no UTF-8, and `b`.
fn described(name: &[u8]) -> Vec<u8> {
    message(b'T', &[&[0, 1], name, &[0; 19]].concat())
}

#[test]
fn ordinary_streams_stay_as_they_are_however_they_are_cut() {
    let stream = [
        message(b'R', &[0; 4]),
        UTF8.to_vec(),
        READY.to_vec(),
        described(b"a\xffb"),
        row(&[Some(b"x\xff"), None, Some(b"")]),
        message(b'N', b"SNOTICE\0Mf\xc3\xbcr\0\0"),
        message(b'd', b"\xff\n"),
        READY.to_vec(),
    ]
    .concat();
    for piece in 1..stream.len() {
        assert_eq!(sifted(&stream, piece, &Sightings::default()), stream);
    }
}

#[test]
fn names_that_are_no_utf8_are_repaired_while_they_may_come_and_only_then() {
    let told = message(b'A', b"\xff\xff\xff\xffch\xfc\0x\0");
    let told_repaired = message(b'A', &[&[0xff; 4], "ch\u{fffd}\0x\0".as_bytes()].concat());
    let name = described(b"a\xffb");
    let name_repaired = described("a\u{fffd}b".as_bytes());
    let stream = [UTF8, READY, &name, ASCII, READY, &name, &told, UTF8, &name].concat();
    let expected = [
        UTF8,
        READY,
        &name,
        ASCII,
        READY,
        &name_repaired,
        &told_repaired,
        UTF8,
        &name,
    ]
    .concat();
    for piece in 1..stream.len() {
        assert_eq!(sifted(&stream, piece, &Sightings::default()), expected);
    }
}

#[test]
fn large_values_become_words_and_the_rest_of_their_row_stays() {
    let large = vec![b'x'; VALUE_BYTES_MAX + 1];
    let most = vec![b'y'; VALUE_BYTES_MAX];
    let stream = [
        READY.to_vec(),
        row(&[Some(b"a"), Some(&large), None, Some(b"b")]),
        row(&[Some(&most), Some(&most)]),
        row(&[Some(b"c")]),
    ]
    .concat();
    let word = |bytes: usize| format!("\u{2039}{bytes} bytes, not shown\u{203a}").into_bytes();
    let (first, second) = (word(large.len()), word(most.len()));
    let expected = [
        READY.to_vec(),
        row(&[Some(b"a"), Some(&first), None, Some(b"b")]),
        row(&[Some(&most), Some(&second)]),
        row(&[Some(b"c")]),
    ]
    .concat();
    for piece in [4_099, 32 * 1024] {
        let sightings = Sightings::default();
        assert!(sifted(&stream, piece, &sightings) == expected, "{piece}");
        let withheld = sightings.look().withheld.clone();
        assert_eq!(
            withheld.concat().into_bytes(),
            [first.clone(), second.clone()].concat()
        );
    }
    const { assert!(ROW_BYTES_MAX == 2 * VALUE_BYTES_MAX) };
}

#[test]
fn large_lines_of_copy_and_large_messages_are_cut_between_characters() {
    let line = "ä€🦀".repeat(COPY_BYTES_MAX / 8);
    let stream = [READY.to_vec(), message(b'd', line.as_bytes())].concat();
    let out = sifted(&stream, 1_000, &Sightings::default());
    let mut rest = &out[READY.len()..];
    let mut whole = String::new();
    while let [b'd', a, b, c, d, after @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize - 4;
        whole += std::str::from_utf8(&after[..length]).unwrap();
        rest = &after[length..];
    }
    assert!(rest.is_empty() && whole == line);
    let text = "ä".repeat(FIELD_BYTES_MAX);
    let body = format!("SERROR\0M{text}\0CXX000\0\0");
    let stream = [READY.to_vec(), message(b'E', body.as_bytes())].concat();
    let out = sifted(&stream, 1_000, &Sightings::default());
    let kept = (FIELD_BYTES_MAX - 1) / 2;
    let more = FIELD_BYTES_MAX * 2 - kept * 2;
    let text = "ä".repeat(kept);
    let body = format!("SERROR\0M{text}\u{2026} ({more} bytes more, not shown)\0CXX000\0\0");
    assert!(out == [READY.to_vec(), message(b'E', body.as_bytes())].concat());
}

#[test]
fn nobody_begins_with_a_large_message() {
    let mut sieve = Sieve::new(Sightings::default());
    assert!(sieve.scan(&[b'R'; 100]).is_err());
}
