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
        assert_eq!(out, expected, "cut at {size}");
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
