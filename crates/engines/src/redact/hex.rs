//! A value as numbers, byte by byte, as dumps and programs print it. Does not search.

use super::form::FORM_BYTES_MIN;

pub(super) const LOWER: &str = "0123456789abcdef";
pub(super) const UPPER: &str = "0123456789ABCDEF";

/// How many bytes dumps print in a line: `xxd -i`; `xxd`, `od` and `hexdump`.
const DUMP_LINES: [usize; 2] = [12, 16];

/// Adds what becomes of `value`: without and with separators, in pairs, and in the lines of a dump that begins with it.
pub(super) fn add(value: &[u8], forms: &mut Vec<String>) {
    for digits in [LOWER, UPPER] {
        for between in [":", " ", "-", "\\x", "%", ", 0x"] {
            let form = separated(value, between, digits);
            forms.push(match between {
                "\\x" | "%" => between.to_owned() + &form,
                _ => form,
            });
        }
    }
    forms.push(pairs(value));
    let (first, rest) = value.split_at(1);
    forms.push(separated(first, "", LOWER) + " " + &pairs(rest));
    for length in DUMP_LINES {
        if value.len() <= length && length != DUMP_LINES[1] {
            continue;
        }
        for line in value
            .chunks(length)
            .filter(|line| line.len() >= FORM_BYTES_MIN)
        {
            forms.push(separated(line, ", 0x", LOWER));
            forms.push(separated(line, " ", LOWER));
            forms.push(pairs(line));
            let (left, right) = line.split_at(line.len().min(8));
            forms.push(separated(left, " ", LOWER) + "  " + &separated(right, " ", LOWER));
            if length == DUMP_LINES[1] {
                forms.extend(beside(line));
            }
        }
    }
}

/// A byte as `\x3a`.
pub(super) fn push_escaped(text: &mut String, byte: u8) {
    text.push_str("\\x");
    push(text, byte, LOWER);
}

/// A byte as `3a`.
pub(super) fn push(text: &mut String, byte: u8, digits: &str) {
    let digits = digits.as_bytes();
    text.push(digits[usize::from(byte >> 4)].into());
    text.push(digits[usize::from(byte & 15)].into());
}

/// The bytes with something between them.
pub(super) fn separated(value: &[u8], between: &str, digits: &str) -> String {
    let mut text = String::with_capacity(value.len() * (2 + between.len()));
    for (index, byte) in value.iter().enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        push(&mut text, *byte, digits);
    }
    text
}

/// As `xxd` does: `6162 6364`.
fn pairs(value: &[u8]) -> String {
    let pairs: Vec<String> = value
        .chunks(2)
        .map(|pair| separated(pair, "", LOWER))
        .collect();
    pairs.join(" ")
}

/// The characters beside the numbers, where they differ from the value or are only a part of it.
fn beside(line: &[u8]) -> Option<String> {
    let character = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte),
        _ => '.',
    };
    let text: String = line.iter().map(character).collect();
    let told = text
        .bytes()
        .filter(|byte| *byte != b'.' && *byte != b' ')
        .count();
    (told >= super::ANYWHERE_BYTES_MIN).then_some(text)
}
