//! The forms in which a secret may turn up. Does not search for them.

use std::fmt::Write;

/// The shortest value that is looked for, in bytes. No form of it is shorter.
pub(super) const FORM_BYTES_MIN: usize = 4;
/// The shortest line of a value of several lines that is looked for by itself, in bytes.
const LINE_BYTES_MIN: usize = 8;
/// The lengths of lines into which base64 is broken by PEM, and by MIME, coreutils and PostgreSQL.
const BASE64_WRAPS: [usize; 2] = [64, 76];

const BASE64_STANDARD: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What is left as it is when text is percent-encoded, beside letters and digits: by RFC 3986, the same for a path, by
/// JavaScript's `encodeURIComponent`, and in a form.
const URL_KEPT: [&str; 4] = ["-._~", "-._~/", "-._~!*'()", "-._*"];

/// All forms of `value`, each at least [`FORM_BYTES_MIN`] long; none when it is shorter itself. Some may be there twice.
pub(super) fn forms(value: &str) -> Vec<String> {
    let value = value.trim_end_matches(['\r', '\n']);
    if value.len() < FORM_BYTES_MIN {
        return Vec::new();
    }
    let mut forms = vec![
        value.to_owned(),
        value.replace('\'', "''"),
        value.replace('\\', "\\\\").replace('\'', "''"),
        value.replace('"', "\"\""),
        value.replace('\'', "'\\''"),
        value.replace('\'', "'\"'\"'"),
        json(value, false),
        json(value, true),
        hex(value, "0123456789abcdef"),
        hex(value, "0123456789ABCDEF"),
    ];
    for kept in URL_KEPT {
        for digits in ["0123456789ABCDEF", "0123456789abcdef"] {
            forms.push(percent(value, kept, digits, false));
            forms.push(percent(value, kept, digits, true));
        }
    }
    for alphabet in [BASE64_STANDARD, BASE64_URL] {
        for before in 0..3 {
            base64(value.as_bytes(), before, alphabet, &mut forms);
        }
    }
    if value.contains('\n') {
        let lines = value.lines().map(str::trim);
        forms.extend(
            lines
                .filter(|line| line.len() >= LINE_BYTES_MIN)
                .map(str::to_owned),
        );
    }
    forms
}

fn json(value: &str, is_ascii: bool) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(character),
            _ if is_ascii || character < ' ' => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(text, "\\u{unit:04x}").expect("a String takes everything");
                }
            }
            _ => text.push(character),
        }
    }
    text
}

fn push_hex(text: &mut String, byte: u8, digits: &str) {
    let digits = digits.as_bytes();
    text.push(digits[usize::from(byte >> 4)].into());
    text.push(digits[usize::from(byte & 15)].into());
}

fn hex(value: &str, digits: &str) -> String {
    let mut text = String::with_capacity(value.len() * 2);
    for byte in value.bytes() {
        push_hex(&mut text, byte, digits);
    }
    text
}

fn percent(value: &str, kept: &str, digits: &str, is_plus_blank: bool) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b' ' if is_plus_blank => text.push('+'),
            _ if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) => {
                text.push(byte.into());
            }
            _ => {
                text.push('%');
                push_hex(&mut text, byte, digits);
            }
        }
    }
    text
}

/// Adds what base64 makes of `value` after so many other bytes (modulo 3). A digit that also holds bits of what stands before
/// cannot be foreseen; one at the end is when nothing follows.
fn base64(value: &[u8], before: usize, alphabet: &[u8; 64], forms: &mut Vec<String>) {
    let bit = |at: usize| {
        let byte = (at / 8).checked_sub(before).and_then(|at| value.get(at));
        byte.map_or(0, |byte| byte >> (7 - at % 8) & 1)
    };
    let digit = |at: usize| {
        let number = (at * 6..at * 6 + 6).fold(0, |number, at| number << 1 | bit(at));
        char::from(alphabet[usize::from(number)])
    };
    let bits = (before + value.len()) * 8;
    let first = (before * 8).div_ceil(6);
    let sure: String = (first..bits / 6).map(digit).collect();
    let mut ending = sure.clone();
    if !bits.is_multiple_of(6) {
        ending.push(digit(bits / 6));
        forms.push(ending.clone());
        ending.push_str(if bits % 6 == 2 { "==" } else { "=" });
    }
    if before == 0 {
        for wrap in BASE64_WRAPS {
            wrapped(&ending, wrap, forms);
        }
    }
    forms.extend([sure, ending]);
}

/// Adds `text` in lines of `wrap` characters, as a whole and line by line.
fn wrapped(text: &str, wrap: usize, forms: &mut Vec<String>) {
    if text.len() <= wrap {
        return;
    }
    let lines: Vec<&str> = (0..text.len())
        .step_by(wrap)
        .map(|at| &text[at..(at + wrap).min(text.len())])
        .collect();
    forms.push(lines.join("\n"));
    let lines = lines.iter().filter(|line| line.len() >= LINE_BYTES_MIN);
    forms.extend(lines.map(ToString::to_string));
}
