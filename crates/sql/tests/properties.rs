//! What must hold of any text whatever: no panic, ordered ranges, nothing lost, nothing made up.

use proptest::prelude::*;
use stepmark_sql::{Class, Lexer, Split, highlight, split};

const FRAGMENTS: &[&str] = &[
    "select",
    "create function f()",
    "begin atomic",
    "case",
    "end",
    "copy t from stdin;",
    "\\.",
    "é",
    "\u{feff}",
    "a$b",
    "$$",
    "$é$",
    "$1",
    "1e",
    "..",
    "E'",
    "U&\"",
    "b'",
    "'",
    "''",
    "\"",
    "--",
    "/*",
    "*/",
    "+",
    "-",
    "(",
    ")",
    ";",
    ";",
    "\\;",
    "\\:",
    "\\g",
    "\\r",
    "\\echo 'x",
    "\\\\",
    "::",
    ":v",
    ":'v'",
    ":\"v\"",
    ":{?v}",
    "\n",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\0",
    "\u{a0}",
    "𝄞",
];

fn texts() -> impl Strategy<Value = String> {
    let fragments = prop::collection::vec(prop::sample::select(FRAGMENTS), 0..40);
    prop_oneof![fragments.prop_map(|list| list.concat()), any::<String>()]
}

fn covered(text: &str, split: &Split) -> Vec<bool> {
    let mut covered = vec![false; text.len()];
    let problems = split.problems.iter().map(|it| it.range.clone());
    let statements = split.statements.iter().map(|it| it.extent.clone());
    let data = split
        .statements
        .iter()
        .filter_map(|it| it.copy_data.clone());
    let ended = data.map(|rows| {
        let marker = if text[rows.end..].starts_with("\\.") {
            2
        } else {
            0
        };
        rows.start..rows.end + marker
    });
    for range in problems
        .chain(statements)
        .chain(ended)
        .chain(split.empty.iter().cloned())
    {
        covered[range].fill(true);
    }
    covered
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_cover_the_text_without_gaps(text in texts(), conforming: bool) {
        let mut end = 0;
        for token in Lexer::new(&text, conforming) {
            prop_assert_eq!(token.range.start, end);
            prop_assert!(!text[token.range.clone()].is_empty());
            end = token.range.end;
        }
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn statements_are_ordered_disjoint_and_lose_nothing(text in texts(), conforming: bool) {
        let split = split(&text, conforming);
        let mut end = 0;
        for statement in &split.statements {
            prop_assert!(end <= statement.extent.start);
            prop_assert!(statement.extent.start <= statement.range.start);
            prop_assert!(statement.range.start < statement.range.end);
            end = statement.copy_data.as_ref().map_or(statement.range.end, |rows| rows.end);
            prop_assert!(statement.range.end <= end);
        }
        prop_assert!(split.problems.is_sorted_by_key(|it| it.range.start));
        prop_assert!(split.empty.is_sorted_by_key(|it| it.start));
        let covered = covered(&text, &split);
        for (at, character) in text.char_indices() {
            let blank = matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c')
                || (at == 0 && character == '\u{feff}');
            prop_assert!(covered[at] || blank, "{:?} at {}", character, at);
        }
    }

    #[test]
    fn what_is_sent_is_the_source_text(text in texts(), conforming: bool) {
        let split = split(&text, conforming);
        for statement in &split.statements {
            let sent = statement.sent_with(&text, []);
            for (offset, character) in sent.text().char_indices() {
                let source = sent.source_offset(offset).expect("the offset is inside");
                prop_assert!(statement.range.contains(&source));
                prop_assert!(text[source..].starts_with(character));
            }
            if !text[statement.range.clone()].contains('\\') {
                prop_assert_eq!(sent.text(), &text[statement.range.clone()]);
            }
            prop_assert!(text[statement.body(&text)].len() <= statement.range.len());
        }
    }

    #[test]
    fn every_question_has_an_answer(text in texts()) {
        let split = split(&text, true);
        for statement in &split.statements {
            prop_assert_eq!(statement.kinds(&text).len(), statement.parts as usize);
            statement.tag(&text);
            statement.destructive(&text);
            statement.changes(&text);
            statement.session_states(&text);
            statement.cannot_run_in_transaction(&text);
        }
    }

    #[test]
    fn highlighting_covers_the_text_without_gaps(text in texts()) {
        let mut end = 0;
        for (range, _) in highlight(&text) {
            prop_assert_eq!(range.start, end);
            prop_assert!(!text[range.clone()].is_empty());
            end = range.end;
        }
        prop_assert_eq!(end, text.len());
    }
}

#[test]
fn code_is_classed_for_colouring() {
    let text = "SELECT t.name, \"q\" -- c\nFROM x WHERE a >= 1.5 AND b = :'v' \\gx\ncopy t from stdin;\n1;\n\\.\n";
    let classed: Vec<_> = highlight(text)
        .into_iter()
        .filter(|(range, class)| *class != Class::Text && !text[range.clone()].trim().is_empty())
        .map(|(range, class)| (&text[range], class))
        .collect();
    assert_eq!(
        classed,
        [
            ("SELECT", Class::Keyword),
            ("\"q\"", Class::Identifier),
            ("-- c", Class::Comment),
            ("FROM", Class::Keyword),
            ("WHERE", Class::Keyword),
            (">=", Class::Operator),
            ("1.5", Class::Number),
            ("AND", Class::Keyword),
            ("=", Class::Operator),
            (":'v'", Class::Variable),
            ("\\gx", Class::MetaCommand),
            ("copy", Class::Keyword),
            ("from", Class::Keyword),
            ("stdin", Class::Keyword),
            ("1;\n\\.", Class::CopyData),
        ]
    );
}
