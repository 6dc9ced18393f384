//! Any bytes through the sanitiser and the redactor into a strict parser of terminal sequences: text and colours come out, and
//! nothing else. Short by default; `STEPMARK_SOAK=1` runs ten million inputs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use stepmark_engines::redact::Redactor;
use stepmark_engines::sanitize::{Sanitizer, sanitize};
use vte::{Params, Parser, Perform};

const INPUTS: u64 = 20_000;
const INPUTS_SOAK: u64 = 10_000_000;

/// What terminals act on, whole and in parts.
const PIECES: [&[u8]; 36] = [
    b"\x1b",
    b"\x1b[",
    b"\x1b]",
    b"\x1bP",
    b"\x1b_",
    b"\x1b^",
    b"\x1bX",
    b"\x1b\\",
    b"\x1bc",
    b"\x1b(0",
    b"\x1b#8",
    b"\x1b[31m",
    b"\x1b[0m",
    b"\x1b[38;2;1;2;3m",
    b"\x1b[4:3m",
    b"\x1b[?1049h",
    b"\x1b[2J",
    b"\x1b[6n",
    b"\x1b[>c",
    b"\x1b[8;1;1t",
    b"\x1b]0;x\x07",
    b"\x1b]52;c;cm0=\x07",
    b"\x1b]8;;http://x\x1b\\",
    b"\x1bP$q\x1b\\",
    b"\x9b",
    b"\xc2\x9b",
    b"\xc2\x90",
    b"\xe2\x80\xae",
    b"\x07",
    b"\x08",
    b"\r",
    b"\n",
    b"\x0e",
    b"\x7f",
    b"\xff",
    b"hunter2",
];

/// Notes everything that is neither text, line end, tab nor colour.
#[derive(Default)]
struct Strict {
    forbidden: Vec<String>,
}

impl Perform for Strict {
    fn print(&mut self, character: char) {
        if character.is_control() {
            self.forbidden.push(format!("printed {character:?}"));
        }
    }

    fn execute(&mut self, byte: u8) {
        if !matches!(byte, b'\n' | b'\t') {
            self.forbidden.push(format!("control {byte:#x}"));
        }
    }

    fn csi_dispatch(&mut self, _: &Params, between: &[u8], ignored: bool, action: char) {
        if action != 'm' || ignored || !between.is_empty() {
            self.forbidden.push(format!("CSI {between:?} {action}"));
        }
    }

    fn esc_dispatch(&mut self, _: &[u8], _: bool, byte: u8) {
        self.forbidden.push(format!("ESC {byte:#x}"));
    }

    fn osc_dispatch(&mut self, _: &[&[u8]], _: bool) {
        self.forbidden.push("OSC".to_owned());
    }

    fn hook(&mut self, _: &Params, _: &[u8], _: bool, _: char) {
        self.forbidden.push("DCS".to_owned());
    }
}

/// A small generator, so that a failing input can be named by its seed.
struct Generator(u64);

impl Generator {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn bytes(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..self.next(24) {
            match self.next(3) {
                0 => bytes.push(u8::try_from(self.next(256)).unwrap()),
                _ => bytes.extend(PIECES[self.next(PIECES.len())]),
            }
        }
        bytes
    }
}

#[track_caller]
fn assert_strict(text: &str, seed: u64) {
    let mut strict = Strict::default();
    // What begins after it must not be taken for the rest of something begun in it.
    Parser::new().advance(&mut strict, format!("{text}[6n]0;x\u{7}").as_bytes());
    let bell = strict.forbidden.pop();
    assert_eq!(
        bell.as_deref(),
        Some("control 0x7"),
        "seed {seed}: {text:?}"
    );
    assert!(
        strict.forbidden.is_empty(),
        "seed {seed}: {:?} in {text:?}",
        strict.forbidden
    );
}

#[test]
fn nothing_but_text_and_colours_comes_out_of_any_bytes() {
    let is_soak = std::env::var_os("STEPMARK_SOAK").is_some();
    let redactor = Redactor::new([("s".to_owned(), "hunter2hunter2".to_owned())]);
    for seed in 1..=if is_soak { INPUTS_SOAK } else { INPUTS } {
        let mut generator = Generator(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let bytes = generator.bytes();
        let (mut sanitizer, mut redacting) = (Sanitizer::new(), redactor.redacting());
        let mut shown = String::new();
        let mut rest = &*bytes;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(1 + generator.next(rest.len()));
            rest = after;
            let mut text = String::new();
            sanitizer.push(piece, &mut text);
            if generator.next(3) == 0 {
                sanitizer.flush(&mut text);
            }
            shown += &redacting.push(text);
        }
        let mut text = String::new();
        sanitizer.finish(&mut text);
        shown += &redacting.push(text);
        shown += &redacting.finish();
        assert_strict(&shown, seed);
        // A name, a message or a foreign record comes as a whole.
        assert_strict(&sanitize(&String::from_utf8_lossy(&bytes)), seed);
    }
}
