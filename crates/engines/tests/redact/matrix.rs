//! Every form of a secret on every way it can take: what comes out holds it in no form. Through the sanitiser and the
//! redactor, as a step's streams go.

use stepmark_engines::redact::Redactor;
use stepmark_engines::sanitize::Sanitizer;

use crate::forms::FORMS;

/// Secrets of different lengths, so that encodings end differently; the last has nothing that anybody quotes.
const SECRETS: [&str; 4] = [
    "k!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~é",
    "S3cret of ours & <theirs> é'\"\\",
    "correct-horse-battery",
    "hunter2hunter2/é",
];

/// What may stay of a secret: so many bytes of one form of it in a row, at the edge of an encoding where the letters also hold bits
/// of what stands beside it.
const LEFT_BYTES_MAX: usize = 7;

/// One stream on its way, in any pieces, flushed after each.
fn shown<'a>(redactor: &Redactor, pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let (mut sanitizer, mut redacting) = (Sanitizer::new(), redactor.redacting());
    let mut shown = String::new();
    for piece in pieces {
        let mut text = String::new();
        sanitizer.push(piece, &mut text);
        sanitizer.flush(&mut text);
        shown += &redacting.push(text);
    }
    let mut text = String::new();
    sanitizer.finish(&mut text);
    shown += &redacting.push(text);
    shown + &redacting.finish()
}

/// The text without colours and line ends, where nothing that was written may be found.
fn bare(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        bare += &rest[..at];
        rest = rest[at..].split_once('m').map_or("", |(_, rest)| rest);
    }
    (bare + rest).replace('\n', "")
}

#[track_caller]
fn assert_hidden(shown: &str, form: &str, secret: &str, written: &[u8], way: &str) {
    assert!(shown.contains("‹s›"), "{form}, {way}: {shown:?}");
    let shown = bare(shown);
    assert!(!shown.contains(secret), "{form}, {way}: {shown:?}");
    let mut clean = String::new();
    Sanitizer::new().push(&[written, b"\n"].concat(), &mut clean);
    let written: Vec<char> = bare(&clean).chars().collect();
    if form.contains("after") || form.contains("auth") || form.contains("lines") || form == "xxd" {
        return;
    }
    for part in written.windows(LEFT_BYTES_MAX + 1) {
        let part: String = part.iter().collect();
        assert!(
            !shown.contains(&part),
            "{form}, {way}: {part:?} in {shown:?}"
        );
    }
}

fn each_form(check: impl Fn(&Redactor, &str, &str, &[u8])) {
    for secret in SECRETS {
        let redactor = Redactor::new([("s".to_owned(), secret.to_owned())]);
        for (name, form) in FORMS {
            check(&redactor, name, secret, &form(secret));
        }
    }
}

#[test]
fn byte_by_byte() {
    each_form(|redactor, form, secret, written| {
        let shown = shown(redactor, written.chunks(1));
        assert_hidden(&shown, form, secret, written, "byte by byte");
    });
}

#[test]
fn split_at_each_offset() {
    each_form(|redactor, form, secret, written| {
        for at in 0..=written.len() {
            let (first, second) = written.split_at(at);
            let shown = shown(redactor, [first, second]);
            assert_hidden(&shown, form, secret, written, &format!("split at {at}"));
        }
    });
}

#[test]
fn with_colours_in_it() {
    each_form(|redactor, form, secret, written| {
        // Where UTF-16 and UTF-8 are cut within a character there is no character any more.
        let text = std::str::from_utf8(written);
        for at in (0..written.len()).filter(|at| text.is_ok_and(|text| text.is_char_boundary(*at)))
        {
            let (first, second) = written.split_at(at);
            let coloured = [b"\x1b[1;31m", first, b"\x1b[0;48;5;9m\x1b[32m", second].concat();
            let shown = shown(redactor, [&*coloured]);
            assert_hidden(&shown, form, secret, written, &format!("coloured at {at}"));
            let one_by_one = shown_by_one(redactor, &coloured);
            assert_hidden(
                &one_by_one,
                form,
                secret,
                written,
                &format!("coloured at {at}, byte by byte"),
            );
        }
    });
}

fn shown_by_one(redactor: &Redactor, bytes: &[u8]) -> String {
    shown(redactor, bytes.chunks(1))
}

#[test]
fn in_lines_that_end_as_on_windows() {
    each_form(|redactor, form, secret, written| {
        let mut bytes = b"one\r\n".to_vec();
        for byte in written {
            match byte {
                b'\n' => bytes.extend(b"\r\n"),
                other => bytes.push(*other),
            }
        }
        bytes.extend(b"\r\ntwo\r\n");
        // A carriage return at the end of a piece is followed by its line end or begins the line anew.
        let shown = shown(redactor, [&*bytes]);
        assert_hidden(&shown, form, secret, written, "with carriage returns");
        assert!(
            shown.starts_with("one\n") && shown.ends_with("\ntwo\n"),
            "{shown:?}"
        );
    });
}
