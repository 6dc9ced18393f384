//! Forty ways in which programs write a secret down, each by the book and not by the code under test.

use std::fmt::Write as _;

/// A way to write a secret: its name, and what becomes of a text as bytes.
pub(crate) type Form = (&'static str, fn(&str) -> Vec<u8>);

/// All of them.
pub(crate) const FORMS: [Form; 44] = [
    ("raw", |value| value.into()),
    ("json", |value| json(value, false).into()),
    ("json, ascii", |value| json(value, true).into()),
    ("json, every character", |value| {
        each16(value, |unit| format!("\\u{unit:04x}")).into()
    }),
    ("json, html", |value| {
        json(value, false)
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026")
            .into()
    }),
    ("c", |value| octal(value).into()),
    ("c, every byte", |value| {
        each(value.as_bytes(), |byte| format!("\\x{byte:02x}")).into()
    }),
    ("rust debug", |value| format!("{value:?}").into()),
    ("rust escape_default", |value| {
        value.escape_default().to_string().into()
    }),
    ("python repr", |value| {
        format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'")).into()
    }),
    ("python ascii", |value| python(value).into()),
    ("shell ''", |value| {
        format!("'{}'", value.replace('\'', "'\\''")).into()
    }),
    ("shell \"\"", |value| {
        format!("\"{}\"", behind(value, "\\\"$`")).into()
    }),
    ("shell $''", |value| {
        format!("$'{}'", behind(value, "\\'")).into()
    }),
    ("shell %q", |value| {
        behind(value, " !\"#$&'()*,;<>?[\\]^`{|}")
            .replace("\\#", "#")
            .into()
    }),
    ("powershell", |value| {
        value
            .replace('`', "``")
            .replace('"', "`\"")
            .replace('$', "`$")
            .into()
    }),
    ("powershell -EncodedCommand", |value| {
        base64(&utf16(value, u16::to_le_bytes), STANDARD, true).into()
    }),
    ("sql ''", |value| {
        format!("'{}'", value.replace('\'', "''")).into()
    }),
    ("sql e''", |value| {
        format!("E'{}'", value.replace('\\', "\\\\").replace('\'', "''")).into()
    }),
    ("url, upper", |value| url(value, " ", true).into()),
    ("url, lower", |value| url(value, " ", false).into()),
    ("url, plus", |value| url(value, "+", true).into()),
    ("url, every byte", |value| {
        each(value.as_bytes(), |byte| format!("%{byte:02X}")).into()
    }),
    ("xml", |value| xml(value, "&quot;", "&apos;").into()),
    ("html", |value| xml(value, "&quot;", "&#x27;").into()),
    ("html, numbers", |value| {
        xml(value, "&#34;", "&#39;").replace('é', "&#233;").into()
    }),
    ("csv", |value| {
        format!("\"{}\"", value.replace('"', "\"\"")).into()
    }),
    ("yaml, single", |value| {
        format!("'{}'", value.replace('\'', "''")).into()
    }),
    ("yaml, double", |value| {
        json(value, false).replace('é', "\\xE9").into()
    }),
    ("base32", |value| base32(value.as_bytes()).into()),
    ("base64", |value| {
        base64(value.as_bytes(), STANDARD, true).into()
    }),
    ("base64, trimmed", |value| {
        base64(value.as_bytes(), STANDARD, false).into()
    }),
    ("base64 url, after 1", |value| {
        base64(&after(1, value), URL, true).into()
    }),
    ("base64 url, after 2, trimmed", |value| {
        base64(&after(2, value), URL, false).into()
    }),
    ("base64, basic auth", |value| {
        base64(format!("operator:{value}").as_bytes(), STANDARD, true).into()
    }),
    ("base64 in lines of 64", |value| {
        wrapped(&base64(&after(40, value), STANDARD, true), 64).into()
    }),
    ("base64 in lines of 76", |value| {
        wrapped(&base64(&after(50, value), STANDARD, true), 76).into()
    }),
    ("hex, lower", |value| {
        each(value.as_bytes(), |byte| format!("{byte:02x}")).into()
    }),
    ("hex, upper", |value| {
        each(value.as_bytes(), |byte| format!("{byte:02X}")).into()
    }),
    ("hex, colons", |value| {
        each(value.as_bytes(), |byte| format!("{byte:02x}:")).into()
    }),
    ("hex, blanks", |value| {
        each(value.as_bytes(), |byte| format!("{byte:02x} ")).into()
    }),
    ("xxd", |value| xxd(value.as_bytes()).into()),
    ("utf-16le", |value| utf16(value, u16::to_le_bytes)),
    ("utf-16be", |value| utf16(value, u16::to_be_bytes)),
];

const STANDARD: &str = "+/";
const URL: &str = "-_";

fn each(bytes: &[u8], one: impl Fn(u8) -> String) -> String {
    bytes.iter().map(|byte| one(*byte)).collect()
}

fn each16(value: &str, one: impl Fn(u16) -> String) -> String {
    value.encode_utf16().map(one).collect()
}

fn after(count: usize, value: &str) -> Vec<u8> {
    [&vec![b'~'; count], value.as_bytes()].concat()
}

fn utf16(value: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    value.encode_utf16().flat_map(bytes).collect()
}

fn behind(value: &str, special: &str) -> String {
    let one = |character: char| match special.contains(character) {
        true => format!("\\{character}"),
        false => character.to_string(),
    };
    value.chars().map(one).collect()
}

fn json(value: &str, is_ascii: bool) -> String {
    let one = |character: char| match character {
        'é' if is_ascii => "\\u00e9".to_owned(),
        other => other.to_string(),
    };
    behind(value, "\"\\").chars().map(one).collect()
}

fn octal(value: &str) -> String {
    behind(value, "\"\\").replace('é', "\\303\\251")
}

fn python(value: &str) -> String {
    behind(value, "'\\").replace('é', "\\xe9")
}

fn xml(value: &str, double: &str, single: &str) -> String {
    let text = value.replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('>', "&gt;").replace('"', double);
    text.replace('\'', single)
}

fn url(value: &str, blank: &str, is_upper: bool) -> String {
    let one = |byte: u8| match byte {
        b' ' if blank == "+" => "+".to_owned(),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        b'~' if blank != "+" => "~".to_owned(),
        _ if is_upper => format!("%{byte:02X}"),
        _ => format!("%{byte:02x}"),
    };
    each(value.as_bytes(), one)
}

fn letters(bytes: &[u8], bits: u32, alphabet: &[u8]) -> String {
    let (mut text, mut held, mut count) = (String::new(), 0u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        count += 8;
        while count >= bits {
            count -= bits;
            text.push(char::from(
                alphabet[(held >> count) as usize & ((1 << bits) - 1)],
            ));
        }
        held &= (1 << count) - 1;
    }
    if count > 0 {
        text.push(char::from(
            alphabet[(held << (bits - count)) as usize & ((1 << bits) - 1)],
        ));
    }
    text
}

fn base64(bytes: &[u8], last: &str, is_padded: bool) -> String {
    let alphabet: Vec<u8> = (b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .chain(b'0'..=b'9')
        .chain(last.bytes())
        .collect();
    let mut text = letters(bytes, 6, &alphabet);
    while is_padded && !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn base32(bytes: &[u8]) -> String {
    let mut text = letters(bytes, 5, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    while !text.len().is_multiple_of(8) {
        text.push('=');
    }
    text
}

fn wrapped(text: &str, length: usize) -> String {
    let lines = text.as_bytes().chunks(length).map(String::from_utf8_lossy);
    lines.collect::<Vec<_>>().join("\n")
}

fn xxd(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, line) in bytes.chunks(16).enumerate() {
        let pairs: Vec<String> = line
            .chunks(2)
            .map(|pair| each(pair, |byte| format!("{byte:02x}")))
            .collect();
        let shown = each(line, |byte| match byte {
            b' '..=b'~' => char::from(byte).to_string(),
            _ => ".".to_owned(),
        });
        writeln!(text, "{:08x}: {:<39}  {shown}", index * 16, pairs.join(" ")).unwrap();
    }
    text
}
