//! Wrapping, cutting and cleaning.

use proptest::prelude::*;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::text::{chop, clean, fit, hang, is_harmful, width, window, wrap};

fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let lines = wrap(&[(text.into(), Style::new())], columns);
    let joined = |line: &Vec<Span<'_>>| line.iter().map(|span| span.content.as_ref()).collect();
    lines.iter().map(joined).collect()
}

#[test]
fn lines_break_at_spaces_where_there_are_any() {
    assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
    assert_eq!(wrapped("unbreakable", 4), ["unbr", "eaka", "ble"]);
    assert_eq!(wrapped("a unbreakable", 4), ["a", "unbr", "eaka", "ble"]);
    assert_eq!(wrapped("hard\nbreak", 20), ["hard", "break"]);
    assert_eq!(wrapped("\u{4e16}\u{754c}x", 3), ["\u{4e16}", "\u{754c}x"]);
    assert_eq!(wrapped("", 5), [""]);
    assert_eq!(wrapped("x", 0), [""; 0]);
}

#[test]
fn what_goes_on_below_is_indented() {
    let lines = hang("  at one two", Style::new(), 10, 2);
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["  at one", "    two"]);
}

#[test]
fn cut_text_says_so() {
    assert_eq!(fit("PostgreSQL", 10, "…"), "PostgreSQL");
    assert_eq!(fit("PostgreSQL", 9, "…"), "PostgreS…");
    assert_eq!(fit("\u{4e16}\u{754c}", 3, "…"), "\u{4e16}…");
    assert_eq!(fit("abc", 0, "…"), "");
}

#[test]
fn control_characters_are_seen_and_do_nothing() {
    assert_eq!(clean("rm\u{1b}[2K\rls"), "rm\u{241b}[2K\u{240d}ls");
    assert_eq!(
        clean("a\u{202e}b\u{9b}c\u{7f}"),
        "a\u{fffd}b\u{fffd}c\u{2421}"
    );
    assert_eq!(clean("a\tb\nc"), "a       b c");
    assert_eq!(clean("a\t\u{754c}\tb"), "a       \u{754c}      b");
}

#[test]
fn a_megabyte_of_tabs_is_cleaned_in_one_go() {
    let text = "a\t".repeat(512 * 1024);
    assert_eq!(clean(&text).len(), 8 * 512 * 1024);
}

#[test]
fn a_window_on_a_line_keeps_every_character_in_its_place() {
    let text = "ab\u{4e16}\u{754c}cd";
    assert_eq!(window(text, 0, 20), text);
    assert_eq!(window(text, 2, 4), "\u{4e16}\u{754c}");
    assert_eq!(window(text, 3, 4), " \u{754c}c", "half of one is a blank");
    assert_eq!(window(text, 2, 3), "\u{4e16}", "nor is it cut at the right");
    assert_eq!(window(text, 9, 4), "");
    assert_eq!(window("e\u{301}x", 1, 4), "x");
}

proptest! {
    #[test]
    fn no_line_is_wider_than_asked(text in "\\PC{0,60}", columns in 2_usize..20) {
        // A single grapheme may be wider than asked; it stands alone then, and is cut when it is drawn.
        let alone = |text: &str| Span::raw(text).styled_graphemes(Style::new()).count() == 1;
        for line in wrapped(&text, columns) {
            prop_assert!(width(&line) <= columns || alone(&line));
        }
        for piece in chop(&text, Style::new(), columns) {
            prop_assert!(width(&piece.content) <= columns || alone(&piece.content));
        }
        prop_assert!(width(&fit(&text, columns, "…")) <= columns);
    }

    #[test]
    fn code_loses_nothing_when_it_is_broken(text in "[ -~]{0,60}", columns in 1_usize..20) {
        let pieces = chop(&text, Style::new(), columns);
        let joined: String = pieces.iter().map(|piece| piece.content.as_ref()).collect();
        prop_assert_eq!(joined, text);
    }

    #[test]
    fn cleaned_text_is_harmless(text in any::<String>()) {
        prop_assert!(!clean(&text).chars().any(is_harmful));
    }
}
