//! The sanitiser's rules, each as what goes in and what comes out, and three laws over generated input.

use super::{Held, LINE_HELD_BYTES_MAX, Sanitizer, sanitize};

fn clean(bytes: &[u8]) -> String {
    clean_in_chunks(bytes, bytes.len().max(1))
}

fn clean_in_chunks(bytes: &[u8], size: usize) -> String {
    let mut sanitizer = Sanitizer::new();
    let mut text = String::new();
    for chunk in bytes.chunks(size) {
        sanitizer.push(chunk, &mut text);
    }
    sanitizer.finish(&mut text);
    text
}

#[track_caller]
fn check(input: impl AsRef<[u8]>, expected: &str) {
    let input = input.as_ref();
    assert_eq!(clean(input), expected);
    assert_eq!(clean_in_chunks(input, 1), expected, "byte by byte");
    assert_eq!(clean(expected.as_bytes()), expected, "a second time");
}

#[test]
fn text_newlines_and_tabs_are_kept() {
    check("", "");
    check("one\ttwo\n\nthree", "one\ttwo\n\nthree");
    check("żółć 漢字 🙂\n", "żółć 漢字 🙂\n");
}

#[test]
fn invalid_utf8_becomes_replacement_characters() {
    check(b"a\xffb\n", "a\u{fffd}b\n");
    check(b"\xe2\x82A", "\u{fffd}A");
    check(b"\xf0\x9f\x99", "\u{fffd}");
    check(b"\xc3\x28\n", "\u{fffd}(\n");
    check(b"\x9b31m", "\u{fffd}31m");
}

#[test]
fn controls_vanish() {
    check("a\0b\x07c\x08d\x0be\x7ff", "abcdef");
    check("a\u{85}b\u{9b}31mc", "ab31mc");
}

#[test]
fn colours_are_kept_and_each_line_stands_alone() {
    check("\x1b[31mred\x1b[0m\n", "\x1b[31mred\x1b[0m\n");
    check(
        "\x1b[1;31ma\nb\n\nc",
        "\x1b[1;31ma\x1b[0m\n\x1b[1;31mb\x1b[0m\n\n\x1b[1;31mc\x1b[0m",
    );
    check("\x1b[38;5;9ma\x1b[39mb", "\x1b[38;5;9ma\x1b[0mb");
    check(
        "\x1b[48;2;1;2;3ma\x1b[ma\x1b[4:3mb",
        "\x1b[48;2;1;2;3ma\x1b[0ma\x1b[4:3mb\x1b[0m",
    );
    check("\x1b[32mok\x1b[1m!", "\x1b[32mok\x1b[0;1;32m!\x1b[0m");
}

#[test]
fn colours_without_text_vanish_and_concealment_is_refused() {
    check("\x1b[31m\n\x1b[0m", "\n");
    check("\x1b[8msecret", "secret");
    check("\x1b[31;999999999999m!", "\x1b[31m!\x1b[0m");
    check("\x1b[38;5mx", "x");
}

#[test]
fn every_other_sequence_vanishes() {
    check("a\x1b[2J\x1b[1;1Hb\x1b[?1049hc\x1b[>4;2md", "abcd");
    check(
        "a\x1b]0;title\x07b\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
        "ablink",
    );
    check(
        "\x1bP1$r\x1b\\a\x1b_G\x1b\\b\x1b^p\x1b\\c\x1bXs\x1b\\d",
        "abcd",
    );
    check("\x1b(0a\x1b)Bb\x1bc\x1b7\x1b8c\x1b#8d\x1b=e", "abcde");
    check("\x1b]52;c;cm0gLXJm\x07!", "!");
}

#[test]
fn unterminated_sequences_do_not_swallow_the_log() {
    check("\x1b[12", "");
    check("\x1b[1\nnext", "\nnext");
    check("\x1b]0;title\nnext\n", "\nnext\n");
    check("\x1b\x1b[31mx\x1b[", "\x1b[31mx\x1b[0m");
    check("\x1b[3\x071m", "1m");
    let long = format!("\x1b]{}", "x".repeat(200_000));
    assert_eq!(clean(long.as_bytes()).len(), 200_000 - 64 * 1024);
}

#[test]
fn a_carriage_return_rewrites_its_line() {
    check("one\r\ntwo\r\r\n", "one\ntwo\n");
    check("10%\r50%\r100%\n", "100%\n");
    check("10%\r50%\r", "50%");
    check("\rfirst\nlast", "first\nlast");
    check("10%\r\x1b[K", "10%");
    check("\x1b[31m10%\r20%\x1b[0m\r30%\n", "30%\n");
    check(
        "\x1b[31m10%\r20%\n30%",
        "\x1b[31m20%\x1b[0m\n\x1b[31m30%\x1b[0m",
    );
}

#[test]
fn a_progress_line_costs_one_line() {
    let mut bytes = Vec::new();
    for percent in 0..100_000 {
        bytes.extend(format!("\r{percent} of 100000").bytes());
    }
    bytes.push(b'\n');
    assert_eq!(clean(&bytes), "99999 of 100000\n");
}

#[test]
fn what_reorders_or_hides_is_shown() {
    check("a\u{202e}b\u{200b}c\u{feff}", "a‹U+202E›b‹U+200B›c‹U+FEFF›");
    check("\u{e0041}\u{2066}\u{61c}", "‹U+E0041›‹U+2066›‹U+061C›");
}

#[test]
fn flushed_text_is_never_taken_back() {
    let mut sanitizer = Sanitizer::new();
    let mut text = String::new();
    sanitizer.push(b"\x1b[31m10%", &mut text);
    assert_eq!((text.as_str(), sanitizer.held()), ("", Held::Line));
    sanitizer.flush(&mut text);
    assert!(sanitizer.is_line_open());
    sanitizer.push(b" done\r20%", &mut text);
    assert_eq!(text, "\x1b[31m10% done\x1b[0m\n");
    sanitizer.push(b"\r30%", &mut text);
    assert_eq!(sanitizer.held(), Held::Progress);
    sanitizer.finish(&mut text);
    assert_eq!(text, "\x1b[31m10% done\x1b[0m\n\x1b[31m30%\x1b[0m");
}

#[test]
fn a_broken_line_goes_on_in_its_colour() {
    let mut sanitizer = Sanitizer::new();
    let mut text = String::new();
    sanitizer.push(b"\x1b[31mone", &mut text);
    sanitizer.flush(&mut text);
    sanitizer.push(b"two\x1b[0mthree", &mut text);
    sanitizer.break_line(&mut text);
    text.push_str("other\n");
    sanitizer.finish(&mut text);
    assert_eq!(text, "\x1b[31mone\x1b[0m\nother\n\x1b[31mtwo\x1b[0mthree");
}

#[test]
fn a_line_longer_than_the_limit_is_given_out_in_parts() {
    let mut sanitizer = Sanitizer::new();
    let mut text = String::new();
    let long = vec![b'x'; LINE_HELD_BYTES_MAX];
    sanitizer.push(&long, &mut text);
    assert_eq!(text, "");
    sanitizer.push(b"x\ry", &mut text);
    sanitizer.finish(&mut text);
    assert_eq!(text.len(), LINE_HELD_BYTES_MAX + 3);
    assert!(text.ends_with("x\ny"));
}

#[test]
fn a_single_string_is_borrowed_when_nothing_had_to_change() {
    assert!(matches!(
        sanitize("plain\tżółć\n"),
        std::borrow::Cow::Borrowed(_)
    ));
    assert_eq!(sanitize("a\x1b[2Jb\u{202e}"), "ab‹U+202E›");
}

/// A small generator, so that a failing case can be named by its seed.
struct Generator(u64);

impl Generator {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn bytes(&mut self) -> Vec<u8> {
        const PIECES: &[&[u8]] = &[
            b"\x1b",
            b"\x1b[",
            b"\x1b]",
            b"\x1bP",
            b"m",
            b"31",
            b"0",
            b";",
            b":",
            b"38;5;1m",
            b"\x1b[1;32m",
            b"\x1b[m",
            b"\x1b[39m",
            b"\r",
            b"\n",
            b"\r\n",
            b"\t",
            b"\x07",
            b"\x9b",
            b"\xc2\x9b",
            b"\xe2\x80\xae",
            b"\xe2",
            b"\xf0\x9f",
            b"\x1b\\",
            b"text",
            b"\xc3\xa9",
            b"\x00",
            b"\x7f",
            b"\x08",
            b"(0",
            b"?25h",
        ];
        let mut bytes = Vec::new();
        for _ in 0..self.next(40) {
            match self.next(4) {
                0 => bytes.push(u8::try_from(self.next(256)).unwrap()),
                _ => bytes.extend(PIECES[self.next(PIECES.len())]),
            }
        }
        bytes
    }
}

#[track_caller]
fn assert_inert(text: &str, seed: u64) {
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        let sequence = &rest[at..];
        let end = sequence
            .find('m')
            .unwrap_or_else(|| panic!("seed {seed}: open sequence"));
        assert!(
            sequence.starts_with("\x1b[")
                && sequence[2..end]
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || b";:".contains(&byte)),
            "seed {seed}: {sequence:?}"
        );
        rest = &sequence[end..];
    }
    let forbidden = |character: char| {
        (character.is_control() && !"\n\t\x1b".contains(character))
            || super::invisible::is_invisible(character)
    };
    assert!(!text.contains(forbidden), "seed {seed}: {text:?}");
    for line in text.lines() {
        let last = line.rfind("\x1b[").map(|at| &line[at..]);
        assert!(
            last.is_none_or(|last| last.starts_with("\x1b[0m")),
            "seed {seed}: colour left open in {line:?}"
        );
    }
}

#[test]
fn generated_input_comes_out_inert_idempotent_and_independent_of_chunks() {
    for seed in 1..=20_000 {
        let mut generator = Generator(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let bytes = generator.bytes();
        let text = clean(&bytes);
        assert_inert(&text, seed);
        assert_eq!(clean(text.as_bytes()), text, "seed {seed}: idempotent");
        for size in [1, 2, 3, 7] {
            assert_eq!(
                clean_in_chunks(&bytes, size),
                text,
                "seed {seed}: chunks of {size}"
            );
        }
    }
}
