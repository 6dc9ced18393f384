//! The scanner on byte streams cut at every place.

use stepmark_core::record::TransactionStatus;

use super::observed::{Observed, ResultShape};
use super::scanner::Scanner;

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    bytes.extend_from_slice(&u32::try_from(body.len() + 4).unwrap().to_be_bytes());
    bytes.extend_from_slice(body);
    bytes
}

fn description(oid: u32) -> Vec<u8> {
    let mut body = vec![0, 1, b'n', 0, 0, 0, 0, 0, 0, 0];
    body.extend_from_slice(&oid.to_be_bytes());
    body.extend_from_slice(&[0, 4, 0xff, 0xff, 0xff, 0xff, 0, 0]);
    message(b'T', &body)
}

fn row(value: &[u8]) -> Vec<u8> {
    let mut body = vec![0, 1];
    body.extend_from_slice(&u32::try_from(value.len()).unwrap().to_be_bytes());
    body.extend_from_slice(value);
    message(b'D', &body)
}

/// The messages in `bytes`, the values of rows in a row joined: how many lines of COPY are one row depends on how they came.
fn joined(mut bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut messages: Vec<(u8, Vec<u8>)> = Vec::new();
    while let [tag, a, b, c, d, rest @ ..] = bytes {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize - 4;
        let (body, after) = rest.split_at(length);
        match (messages.last_mut(), tag) {
            (Some((b'D', value)), b'D') => value.extend_from_slice(&body[6..]),
            (_, b'D') => messages.push((*tag, body[6..].to_vec())),
            _ => messages.push((*tag, body.to_vec())),
        }
        bytes = after;
    }
    messages
}

/// Feeds `input` in pieces of `size` as the tap does; what goes on, and what was seen.
fn feed(input: &[u8], size: usize) -> (Vec<u8>, Observed) {
    let mut scanner = Scanner::default();
    let mut observed = Observed::default();
    let mut out = Vec::new();
    scanner.watch(&message(b'R', &[0; 4]), &mut observed);
    for piece in input.chunks(size) {
        let watched = match scanner.is_rewriting() {
            true => 0,
            false => scanner.watch(piece, &mut observed),
        };
        out.extend_from_slice(&piece[..watched]);
        if watched < piece.len() {
            scanner.rewrite(&piece[watched..], &mut observed, &mut out);
        }
    }
    (out, observed)
}

#[test]
fn messages_are_read_however_the_stream_is_cut() {
    let plain = [
        message(b'S', b"server_encoding\0UTF8\0"),
        message(b'K', &[0, 0, 0, 7, 0, 0, 0, 9]),
        message(b'Z', b"I"),
        description(23),
        row(b"HdGcZ and more that looks like messages"),
        message(b'C', b"SELECT 1\0"),
        message(b'Z', b"T"),
    ]
    .concat();
    for size in 1..=plain.len() {
        let (out, observed) = feed(&plain, size);
        assert_eq!(out, plain, "cut at {size}");
        assert_eq!(observed.tags, ["SELECT 1"]);
        assert_eq!(observed.shapes, [ResultShape::Rows(vec![23])]);
        assert_eq!(observed.transaction, TransactionStatus::Open);
        assert_eq!(observed.backend, Some((7, 9)));
        assert_eq!(observed.parameters["server_encoding"], "UTF8");
    }
}

#[test]
fn copy_becomes_rows_however_the_stream_is_cut() {
    let head = [description(20), row(b"1"), message(b'C', b"SELECT 1\0")].concat();
    let tail = [
        message(b'C', b"COPY 2\0"),
        message(b'H', &[0, 0, 0]),
        message(b'd', b"z\n"),
        message(b'c', b""),
        message(b'C', b"COPY 1\0"),
        message(b'Z', b"I"),
    ];
    let input = [
        head.clone(),
        message(b'H', &[0, 0, 1, 0, 0]),
        message(b'd', b"one\n"),
        message(b'd', b""),
        message(b'c', b""),
        tail.concat(),
    ]
    .concat();
    let copied = {
        let mut copied = description(25);
        copied.splice(7..8, *b"copy");
        let length = copied.len() - 1;
        copied[4] = u8::try_from(length).unwrap();
        let types = copied.len() - 8;
        copied[types..].copy_from_slice(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0]);
        copied
    };
    let expected = [
        head,
        copied.clone(),
        row(b"one\n"),
        row(b""),
        message(b'C', b"COPY 2\0"),
        copied,
        row(b"z\n"),
        message(b'C', b"COPY 1\0"),
        message(b'Z', b"I"),
    ]
    .concat();
    for size in 1..=input.len() {
        let (out, observed) = feed(&input, size);
        assert_eq!(joined(&out), joined(&expected), "cut at {size}");
        assert_eq!(
            observed.shapes,
            [
                ResultShape::Rows(vec![20]),
                ResultShape::CopyText,
                ResultShape::CopyText
            ]
        );
    }
}

fn copied(head: &[u8], lines: &[&[u8]]) -> Vec<u8> {
    let lines = lines.iter().flat_map(|line| message(b'd', line));
    message(b'H', head)
        .into_iter()
        .chain(lines)
        .chain(message(b'c', b""))
        .chain(message(b'C', b"COPY 3\0"))
        .collect()
}

#[test]
fn lines_that_come_together_are_one_row_and_all_are_kept() {
    let rows = |bytes: &[u8]| {
        let (out, _) = feed(bytes, bytes.len());
        out.windows(5).filter(|at| at[0] == b'D').count()
    };
    assert_eq!(rows(&copied(&[0, 0, 0], &[b"1\n", b"2\n", b"3\n"])), 1);
    assert_eq!(
        rows(&copied(&[1, 0, 0], &[b"1\n", b"2\n", b"3\n"])),
        3,
        "binary messages are counted"
    );
    let line: &[u8] = &[b'x'; 10_000];
    let (out, _) = feed(&copied(&[0, 0, 0], &[line; 40]), usize::MAX);
    let copied: usize = joined(&out)
        .iter()
        .filter(|it| it.0 == b'D')
        .map(|it| it.1.len())
        .sum();
    assert_eq!(copied, 400_000);
}

#[test]
fn a_line_that_is_no_utf_8_does_not_make_its_neighbours_unreadable() {
    let bytes = copied(&[0, 0, 0], &["ä\n".as_bytes(), b"\xff\n", b"3\n"]);
    let (out, _) = feed(&bytes, bytes.len());
    let expected = [row("ä\n".as_bytes()), row(b"\xff\n"), row(b"3\n")].concat();
    assert!(out.windows(expected.len()).any(|at| at == expected));
}

#[test]
fn the_wish_for_data_is_kept_from_tokio_postgres() {
    let input = [
        message(b'G', &[0, 0, 1, 0, 0]),
        message(b'C', b"COPY 0\0"),
        message(b'Z', b"I"),
    ]
    .concat();
    for size in 1..=input.len() {
        let (out, observed) = feed(&input, size);
        assert_eq!(out, input[10..], "cut at {size}");
        assert!(observed.copy_in_wanted);
    }
}

#[test]
fn a_stream_that_is_no_protocol_goes_by_unread() {
    let input = b"HTTP/1.1 400 Bad Request\r\n\r\n";
    let (out, _) = feed(
        &[&message(b'Z', b"I")[..], &[b'Z', 0, 0, 0, 0], input].concat(),
        3,
    );
    assert!(out.ends_with(input));
}
