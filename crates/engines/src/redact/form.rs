//! The forms in which a secret may turn up. Does not search for them.

use std::fmt::Write;

use super::base::{BASE32, BASE64_STANDARD, BASE64_URL};
use super::hex;
use super::view::View;
use crate::sanitize::{Sanitizer, sanitize};

/// The shortest value that is looked for, in bytes. No form of it is shorter.
pub(super) const FORM_BYTES_MIN: usize = 4;
/// The shortest line of a value of several lines that is looked for by itself, in bytes.
pub(super) const LINE_BYTES_MIN: usize = 8;

/// A longer value is looked for in its common forms alone, since the rare ones would take hundreds of megabytes.
const RARE_BYTES_MAX: usize = 4 * 1024;

/// What is left as it is when text is percent-encoded, beside letters and digits: by RFC 3986, the same for a path, by
/// JavaScript's `encodeURIComponent`, in a form, by PHP's `urlencode`.
const URL_KEPT: [&str; 5] = ["-._~", "-._~/", "-._~!*'()", "-._*", "-._"];

/// What becomes of quotes in XML and HTML: between tags, and in attributes by five customs.
const XML_QUOTES: [(&str, &str); 6] = [
    ("\"", "'"),
    ("&quot;", "&apos;"),
    ("&quot;", "&#39;"),
    ("&quot;", "&#039;"),
    ("&quot;", "&#x27;"),
    ("&#34;", "&#39;"),
];

/// What bash's `printf %q` puts a backslash before; and at the start of a word.
const SHELL_SPECIAL: &str = " '\"\\|&;()<>!{}*[]?^$`,";
const SHELL_SPECIAL_FIRST: &str = "~#";

/// All forms of `value`, each at least [`FORM_BYTES_MIN`] long, as they read in a [`View`]; none when it is shorter itself. Some
/// may be there twice.
pub(super) fn forms(value: &str) -> Vec<String> {
    let value = value.trim_end_matches(['\r', '\n']);
    if value.len() < FORM_BYTES_MIN {
        return Vec::new();
    }
    let mut forms = common(value);
    if value.len() <= RARE_BYTES_MAX {
        rare(value, &mut forms);
    }
    forms.sort_unstable();
    forms.dedup();
    let mut seen: Vec<String> = forms.iter().flat_map(|form| as_seen(form)).collect();
    seen.retain(|form| form.len() >= FORM_BYTES_MIN);
    seen
}

fn common(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    quoted(value, &mut forms);
    json(value, &mut forms);
    for kept in URL_KEPT {
        for digits in [hex::LOWER, hex::UPPER] {
            forms.push(percent(value, kept, digits, false));
            forms.push(percent(value, kept, digits, true));
        }
    }
    for digits in [hex::LOWER, hex::UPPER] {
        forms.push(hex::separated(value.as_bytes(), "", digits));
    }
    for base in [&BASE64_STANDARD, &BASE64_URL] {
        base.add(value.as_bytes(), &mut forms);
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

fn rare(value: &str, forms: &mut Vec<String>) {
    languages(value, forms);
    markup(value, forms);
    hex::add(value.as_bytes(), forms);
    BASE32.add(value.as_bytes(), forms);
    for units in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
        let bytes: Vec<u8> = value.encode_utf16().flat_map(units).collect();
        forms.push(printed(&bytes));
    }
    // PowerShell's `-EncodedCommand`.
    let bytes: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    BASE64_STANDARD.add(&bytes, forms);
}

/// What a form reads like where it stands: alone, and after a long word that it is a part of; cleaned of controls and as it is.
fn as_seen(form: &str) -> Vec<String> {
    let clean = sanitize(form);
    let mut seen = Vec::with_capacity(2);
    for form in [form, &*clean] {
        seen.push(View::of(form).text);
        if let Some((first, rest)) = form.split_once('\n')
            && !first.contains([' ', '\t'])
        {
            seen.push(first.to_owned() + &View::of(rest).text);
        }
    }
    seen
}

/// What a terminal would be shown of `bytes`.
fn printed(bytes: &[u8]) -> String {
    let (mut sanitizer, mut text) = (Sanitizer::new(), String::new());
    sanitizer.push(bytes, &mut text);
    sanitizer.finish(&mut text);
    text
}

/// As shells, SQL and CSV quote.
fn quoted(value: &str, forms: &mut Vec<String>) {
    forms.extend([
        value.replace('\'', "''"),
        value.replace('\\', "\\\\").replace('\'', "''"),
        value.replace('"', "\"\""),
        value.replace('\'', "'\\''"),
        value.replace('\'', "'\"'\"'"),
        backslashed(value, "\"\\$`"),
        word(value),
    ]);
    let powershell = ['`', '"', '$']
        .into_iter()
        .fold(value.to_owned(), |text, special| {
            text.replace(special, &format!("`{special}"))
        });
    forms.push(powershell);
}

/// As JSON is written, by those who escape little and those who escape much.
fn json(value: &str, forms: &mut Vec<String>) {
    let kept = |character: char, text: &mut String| match character {
        ' '.. => text.push(character),
        _ => unit(character, text, hex::LOWER),
    };
    let lower = |character: char, text: &mut String| unit(character, text, hex::LOWER);
    let upper = |character: char, text: &mut String| unit(character, text, hex::UPPER);
    for plain in [escaped(value, "\"\\", kept), escaped(value, "\"\\", lower)] {
        let hidden = ['<', '>', '&']
            .into_iter()
            .fold(plain.clone(), |text, one| {
                text.replace(one, &format!("\\u{:04x}", u32::from(one)))
            });
        forms.extend([plain.replace('/', "\\/"), hidden, plain]);
    }
    forms.push(escaped(value, "\"\\", upper));
    let hidden = |character: char| match character {
        '"' | '\'' | '+' | '<' | '>' | '&' | '`' => format!("\\u{:04X}", u32::from(character)),
        other => escaped(other.encode_utf8(&mut [0; 4]), "\\", upper),
    };
    forms.push(value.chars().map(hidden).collect());
}

/// As programming languages write strings down.
fn languages(value: &str, forms: &mut Vec<String>) {
    for digits in [hex::LOWER, hex::UPPER] {
        let mut text = String::new();
        for character in value.chars() {
            unit(character, &mut text, digits);
        }
        forms.push(text);
    }
    for special in ["\\", "'\\", "\"\\", "'\"\\"] {
        let mut push = |other: fn(char, &mut String)| forms.push(escaped(value, special, other));
        push(|one, text| text.push(one));
        push(|one, text| bytes(one, text, octal));
        push(|one, text| bytes(one, text, hex::push_escaped));
        push(|one, text| python(one, text, hex::LOWER));
        push(|one, text| python(one, text, hex::UPPER));
        push(|one, text| match one.is_control() {
            true => python(one, text, hex::LOWER),
            false => text.push(one),
        });
    }
    let debug = format!("{value:?}");
    forms.push(debug[1..debug.len() - 1].to_owned());
    forms.push(value.escape_default().to_string());
}

/// As XML, HTML and quoted-printable do.
fn markup(value: &str, forms: &mut Vec<String>) {
    let xml = value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    for (double, single) in XML_QUOTES {
        let quoted = xml.replace('"', double).replace('\'', single);
        for number in [
            |character| format!("&#{};", u32::from(character)),
            |character| format!("&#x{:x};", u32::from(character)),
            |character| format!("&#x{:X};", u32::from(character)),
        ] {
            forms.push(numbered(&quoted, number));
        }
        let slashed = quoted.replace('/', "&#x2F;");
        forms.push(slashed.replace('`', "&#x60;"));
        forms.push(quoted);
    }
    let mut printable = String::new();
    for byte in value.bytes() {
        match byte {
            b' '..=b'~' if byte != b'=' => printable.push(byte.into()),
            _ => {
                printable.push('=');
                hex::push(&mut printable, byte, hex::UPPER);
            }
        }
    }
    forms.push(printable);
}

fn numbered(text: &str, number: fn(char) -> String) -> String {
    let one = |character: char| match character.is_ascii() {
        true => character.to_string(),
        false => number(character),
    };
    text.chars().map(one).collect()
}

/// `value` with a backslash before what is special, `\n`, `\r` and `\t`, and `other` for what is not printable ASCII.
fn escaped(value: &str, special: &str, other: impl Fn(char, &mut String)) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ if special.contains(character) => text.extend(['\\', character]),
            ' '..='~' => text.push(character),
            _ => other(character, &mut text),
        }
    }
    text
}

/// `\u00e9`, a pair of them beyond the basic plane.
fn unit(character: char, text: &mut String, digits: &str) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        text.push_str("\\u");
        for byte in unit.to_be_bytes() {
            hex::push(text, byte, digits);
        }
    }
}

/// `\xe9`, `\u20ac`, `\U0001f642`.
fn python(character: char, text: &mut String, digits: &str) {
    let number = u32::from(character).to_be_bytes();
    let (letter, from) = match number {
        [0, 0, 0, _] => ("\\x", 3),
        [0, 0, ..] => ("\\u", 2),
        _ => ("\\U", 0),
    };
    text.push_str(letter);
    for byte in &number[from..] {
        hex::push(text, *byte, digits);
    }
}

fn bytes(character: char, text: &mut String, write: fn(&mut String, u8)) {
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        write(text, byte);
    }
}

fn octal(text: &mut String, byte: u8) {
    write!(text, "\\{byte:03o}").expect("a String takes everything");
}

fn backslashed(value: &str, special: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        if special.contains(character) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

/// An unquoted word of a shell.
fn word(value: &str) -> String {
    let mut word = backslashed(value, SHELL_SPECIAL);
    if value.starts_with(|first| SHELL_SPECIAL_FIRST.contains(first)) {
        word.insert(0, '\\');
    }
    word
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
                hex::push(&mut text, byte, digits);
            }
        }
    }
    text
}
