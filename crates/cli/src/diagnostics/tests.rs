//! What a person sees of a mistake: every sign, every colour, and carets that stand under what they mean.

use std::path::Path;
use std::slice::from_ref;

use anstream::adapter::strip_str;
use stepmark_core::plan::Sources;
use stepmark_parse::{Code, Diagnostic, masked_secret, parse};
use unicode_width::UnicodeWidthStr as _;

use super::{Drawing, draw, json_text, visible};

const MISTAKES: &str = include_str!("tests/mistakes.md");

fn drawn(source: &str, drawing: Drawing) -> String {
    let diagnostics = parse(source.as_bytes(), "file").diagnostics;
    draw_of("file.md", source, &diagnostics, drawing)
}

fn draw_of(path: &str, source: &str, diagnostics: &[Diagnostic], drawing: Drawing) -> String {
    let sources = Sources::new(path, source.into());
    let path = Path::new(path);
    draw(path, &sources, diagnostics, diagnostics, drawing)
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("tests/snapshots");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn one_of_each_mistake_in_colour() {
    let shown = drawn(MISTAKES, Drawing::Unicode).replace('\u{1b}', "␛");
    snapshot("one_of_each_mistake_in_colour", &shown);
}

#[test]
fn one_of_each_mistake_in_ascii_without_colour() {
    let shown = strip_str(&drawn(MISTAKES, Drawing::Ascii)).to_string();
    snapshot("one_of_each_mistake_in_ascii_without_colour", &shown);
}

#[test]
fn every_code_is_named_with_its_place() {
    let source = "one\ntwo\n";
    for &code in Code::ALL {
        let mut found = any_diagnostic();
        found.code = code;
        let text = strip_str(&draw_of("file.md", source, &[found], Drawing::Ascii)).to_string();
        assert!(text.contains(&format!("error[{code}]: ")), "{text}");
        assert!(text.contains("--> file.md:2:1"), "{text}");
    }
}

/// A diagnostic on the word `two` of `one\ntwo\n`.
fn any_diagnostic() -> Diagnostic {
    let mut found = parse(b"```sh {nmae=x}\n:\n```\n", "file").diagnostics;
    let mut found = found.remove(0);
    found.span = 4..7;
    found.position.line = 2;
    found.position.column = 1;
    found
}

#[test]
fn carets_stand_under_what_they_mean() {
    let corpus = [
        MISTAKES,
        include_str!("../../../parse/tests/corpus/mistakes.md"),
        include_str!("../../../parse/tests/corpus/unicode.md"),
        "\u{feff}```sh {nmae=x}\n:\n```\n",
        "```sh {name=x\t表=1 nmae=2}\r\n:\r\n```\r\n",
        "```sh {a\u{301}\u{200b}\u{202e}=1 nmae=2}\n:\n```\n",
        "- a\n\n\t```sh {nmae=2}\n\t:\n\t```\n",
    ];
    let mut seen = 0;
    for source in corpus {
        for found in parse(source.as_bytes(), "file").diagnostics {
            carets_stand_right(source, &found);
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} diagnostics to look at");
}

#[track_caller]
fn carets_stand_right(source: &str, found: &Diagnostic) {
    let text = strip_str(&draw_of("file.md", source, from_ref(found), Drawing::Ascii)).to_string();
    let (line, column) = (found.position.line, found.position.column);
    assert!(
        text.contains(&format!("--> file.md:{line}:{column}\n")),
        "{text}"
    );
    let is_source = |shown: &&str| {
        let number = shown.split('|').next().unwrap_or_default();
        number.trim() == line.to_string()
    };
    let mut lines = text.lines().skip_while(|shown| !is_source(shown));
    let gutter = lines
        .next()
        .and_then(|shown| shown.find('|'))
        .expect("the line")
        + 2;
    let carets = lines.next().expect("a line of carets");
    let line = source.split('\n').nth(line as usize - 1).expect("a line");
    let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
    let at = line.char_indices().nth(column as usize - 1);
    let (before, rest) = line.split_at(at.map_or(line.len(), |(at, _)| at));
    let length = (found.span.end - found.span.start).min(rest.len());
    let meant = &rest[..rest.floor_char_boundary(length)];
    let meant = match found.code {
        Code::SecretInRunbook => masked_secret(meant),
        _ => meant.to_owned(),
    };
    let from = gutter + columns(before);
    assert_eq!(carets.find('^'), Some(from), "{text}");
    let count = carets[from..]
        .chars()
        .take_while(|&sign| sign == '^')
        .count();
    assert_eq!(count, columns(&meant).max(1), "{text}");
}

/// The columns of `text` on a terminal, a tab being four.
fn columns(text: &str) -> usize {
    visible(text).replace('\t', "    ").width()
}

#[test]
fn nothing_of_a_runbook_reaches_the_terminal_raw() {
    let nasty = "\u{1b}]0;title\u{7}\u{9b}31m\u{202e}\u{200b}\u{7f}\r\u{8}";
    let source = format!("```sh {{{nasty}=1}}\n{nasty}\n```\n");
    let mut found = any_diagnostic();
    found.span = 8..9;
    found.position.line = 1;
    found.position.column = 9;
    found.message = nasty.to_owned();
    found.label = Some(nasty.to_owned());
    found.help = Some(nasty.to_owned());
    let colourless = strip_raw(&draw_of(nasty, &source, from_ref(&found), Drawing::Unicode));
    for character in nasty.chars().filter(|sign| !sign.is_ascii_graphic()) {
        assert!(!colourless.contains(character), "{colourless:?}");
    }
    let json = json_text(&nasty.into());
    assert_eq!(
        json,
        "\"\\u001b]0;title\\u0007\\u009b31m\\u202e\\u200b\\u007f\\r\\b\"\n"
    );
    assert_eq!(serde_json::from_str::<String>(&json).unwrap(), nasty);
}

/// Takes out the colour sequences of the renderer and nothing else.
fn strip_raw(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (codes, rest) = part.split_once('m').expect("a colour sequence");
        assert!(
            codes
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b';'),
            "{codes:?}"
        );
        left.push_str(rest);
    }
    left
}

#[test]
fn a_password_is_masked_in_what_is_told_although_it_was_told_of_before() {
    let source = "```sql\nALTER ROLE a PASSWORD 'S3cretPhrase'; SELECT :'who'; ALTER ROLE b PASSWORD 'An0therOne';\n```\n";
    let all = parse(source.as_bytes(), "file").diagnostics;
    let is_secret = |one: &Diagnostic| one.code == Code::SecretInRunbook;
    assert_eq!(all.iter().filter(|one| is_secret(one)).count(), 2);
    let sources = Sources::new("file.md", source.into());
    for backwards in [false, true] {
        let (mut all, mut told) = (all.clone(), all.clone());
        told.retain(|one| !is_secret(one));
        assert!(!told.is_empty());
        if backwards {
            all.reverse();
        }
        let text = draw(Path::new("file.md"), &sources, &all, &told, Drawing::Ascii);
        assert!(text.contains("SELECT :'who'"), "{text}");
        assert!(
            !text.contains("S3cret") && !text.contains("An0ther"),
            "{text}"
        );
    }
}

#[test]
fn a_place_far_away_has_an_excerpt_of_its_own() {
    let fence = "```sh {name=a}\n:\n```\n";
    let source = format!("{fence}{}{fence}", "\n".repeat(2_000));
    let text = strip_str(&drawn(&source, Drawing::Ascii)).to_string();
    assert!(text.contains("--> file.md:2004:13"), "{text}");
    assert!(
        text.contains("::: file.md:1:13") || text.contains("--> file.md:1:13"),
        "{text}"
    );
    assert!(text.lines().count() < 20, "{text}");
}
