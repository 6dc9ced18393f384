//! Another CommonMark parser, comrak, of another lineage, reads the same code blocks and would run the same fences: with no
//! exception in the documents at hand, and with those listed at `without_known_differences` in documents made by chance.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options};
use proptest::prelude::*;
use stepmark_core::plan::BlockKind;

use crate::common::parsed;
use crate::documents::documents;
use crate::invariants;
use crate::mutation::{Random, mutated};
use crate::properties::fragment;
use crate::soak::go_on;

/// What one parser sees in a document.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    /// Language and text of every code block, in order; indented ones have no language.
    blocks: Vec<(String, String)>,
    /// Language and text of every fence that runs.
    run: Vec<(String, String)>,
}

/// Languages that run, but for transcripts, which hold more than runs.
const RUN: [&str; 8] = [
    "sql",
    "pgsql",
    "postgresql",
    "psql",
    "bash",
    "shell",
    "sh",
    "zsh",
];

fn first(source: &str) -> Seen {
    let plan = parsed(source).plan;
    let blocks = plan.document.blocks.iter();
    Seen {
        blocks: blocks
            .clone()
            .filter_map(|block| match &block.kind {
                BlockKind::Code { language, text } => Some((language.clone(), text.clone())),
                _ => None,
            })
            .collect(),
        run: blocks
            .filter_map(|block| match (&block.kind, block.step) {
                (BlockKind::Code { language, .. }, Some(step)) => Some((
                    language.to_ascii_lowercase(),
                    plan.step(step).body.text.clone(),
                )),
                _ => None,
            })
            .filter(|(language, _)| language != "console" && language != "shell-session")
            .collect(),
    }
}

fn second(source: &str) -> Seen {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.extension.alerts = true;
    let arena = Arena::new();
    let mut seen = Seen {
        blocks: Vec::new(),
        run: Vec::new(),
    };
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    gather(comrak::parse_document(&arena, source, &options), &mut seen);
    seen
}

fn gather<'a>(root: &'a AstNode<'a>, seen: &mut Seen) {
    for node in root.descendants() {
        let NodeValue::CodeBlock(block) = &node.data().value else {
            continue;
        };
        let info = if block.fenced {
            block.info.as_str()
        } else {
            ""
        };
        let language = info
            .split(|next: char| next.is_whitespace() || matches!(next, '{' | ',' | ':'))
            .next()
            .unwrap_or_default();
        seen.blocks
            .push((language.to_owned(), block.literal.clone()));
        let quoted = node.ancestors().any(|around| {
            matches!(
                around.data().value,
                NodeValue::BlockQuote | NodeValue::Alert(_)
            )
        });
        let kept_out = info
            .split_once('{')
            .is_some_and(|(_, list)| list.contains("skip") || list.contains("ignore"));
        let named = info
            .split_once('{')
            .is_some_and(|(_, list)| list.contains("interpreter="));
        if block.closed
            && !quoted
            && !kept_out
            && (named || RUN.contains(&language.to_ascii_lowercase().as_str()))
        {
            seen.run
                .push((language.to_ascii_lowercase(), block.literal.clone()));
        }
    }
}

#[test]
fn both_parsers_see_the_same_fences_in_every_document() {
    for (name, text) in documents() {
        assert_eq!(first(&text), second(&text), "{name}\n{text}");
    }
}

#[test]
fn the_examples_of_the_specification_hold_the_invariants() {
    for (_, text) in crate::documents::examples() {
        invariants::hold(text.as_bytes());
        invariants::hold(text.replace('\n', "\r\n").as_bytes());
    }
}

/// Where the two are known to differ, or have no rule to agree on; what is made of mutated documents is kept clear of it.
///
/// - Front matter, `skip` and `ignore` are ours alone.
/// - A carriage return alone ends a line for comrak, and not everywhere for pulldown-cmark; NUL is replaced by comrak;
///   vertical tabs and form feeds are blanks in one place and not in the other. A step that holds any of them is refused.
/// - A `>` after a tab continues a block quote for pulldown-cmark, against the specification, which has it start an
///   indented block: what it holds does not run either way.
/// - A closing line that ends with a tab is none for pulldown-cmark, against the specification: a step that holds such a
///   line is refused.
/// - They unescape info strings differently: a language that is written with escapes never runs.
/// - A tag alone on its line, after lines that go on with a list item's or quote's paragraph without its indentation,
///   starts HTML for comrak and is text for pulldown-cmark.
/// - After a box or marker with nothing behind it they measure the lines below from different columns.
/// - A line in a table that is indented by four is a row for one and a block for the other, and an indented block at the
///   end of a file has a line end for one only: blocks without a language are not compared.
fn without_known_differences(text: &str) -> String {
    let mut text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{b}', '\u{c}', '\0'], "");
    while text.contains("\t>") {
        text = text.replace("\t>", ">");
    }
    let mut kept = String::from("\n");
    for line in text.lines() {
        let inside = line.trim();
        if inside.starts_with('<') && inside.ends_with('>') && !inside.contains("<!--") {
            continue;
        }
        if line.contains("```") || line.contains("~~~") {
            kept.push_str(line.replace(['\\', '&'], "").trim_end_matches('\t'));
        } else {
            kept.push_str(line);
        }
        if inside.ends_with([']', '-', '*', '+', '.', ')']) {
            kept.push_str(" x");
        }
        kept.push('\n');
    }
    kept.replace("skip", "skap").replace("ignore", "agnore")
}

fn with_language(mut seen: Seen) -> Seen {
    seen.blocks.retain(|(language, _)| !language.is_empty());
    seen
}

#[test]
fn both_parsers_see_the_same_fences_in_broken_documents() {
    let documents: Vec<Vec<u8>> = documents()
        .into_iter()
        .map(|(_, text)| text.into_bytes())
        .collect();
    go_on("second opinions", |seed| {
        let mut random = Random::new(seed);
        let document = &documents[random.below(documents.len())];
        let text = mutated(document, &documents, &mut random);
        let text = without_known_differences(&String::from_utf8_lossy(&text));
        let (first, second) = (with_language(first(&text)), with_language(second(&text)));
        assert_eq!(first, second, "seed {seed}\n{text}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn both_parsers_see_the_same_fences_in_any_heap_of_fragments(fragments in prop::collection::vec(fragment(), 0..40)) {
        let text = without_known_differences(&fragments.concat());
        prop_assert_eq!(with_language(first(&text)), with_language(second(&text)), "{}", text);
    }
}
