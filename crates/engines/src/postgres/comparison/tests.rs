//! Rows against rows, and what is said of them.

use super::*;

fn kept(columns: usize, rows: &[&[Option<&str>]]) -> KeptRows {
    let mut kept = KeptRows::new(columns);
    rows.iter().for_each(|row| kept.push(row));
    kept
}

fn words(words: &str) -> KeptRows {
    let mut kept = KeptRows::new(1);
    words
        .split_ascii_whitespace()
        .for_each(|word| kept.push(&[Some(word)]));
    kept
}

fn check(here: &KeptRows, there: &KeptRows, met: bool, seen: &str) -> String {
    let comparison = Comparison::of(Some(here), Some(there));
    let expected = Finding {
        met,
        seen: seen.to_owned(),
    };
    assert_eq!(comparison.finding, expected);
    comparison.listed
}

#[test]
fn the_same_rows_in_any_order_are_the_same() {
    assert_eq!(
        check(
            &words("a b b"),
            &words("b a b"),
            true,
            "the 3 rows are the same"
        ),
        ""
    );
    check(&words("a"), &words("a"), true, "the row is the same");
    check(&words(""), &words(""), true, "neither step has a row");
}

#[test]
fn rows_are_counted_and_those_too_many_are_shown() {
    let listed = check(
        &words("c a b b b a"),
        &words("a b d"),
        false,
        "4 rows only here: “c”, “b”, “b”, and 1 more; 1 row only there: “d”",
    );
    assert_eq!(
        listed,
        "only here: c\nonly here: b\nonly here: b\nonly here: a\nonly there: d\n"
    );
    check(&words("a"), &words("a a"), false, "1 row only there: “a”");
}

#[test]
fn null_and_empty_and_the_borders_of_cells_are_told_apart() {
    check(
        &kept(2, &[&[None, Some("x")]]),
        &kept(2, &[&[Some(""), Some("x")]]),
        false,
        "1 row only here: “NULL | x”; 1 row only there: “ | x”",
    );
    check(
        &kept(2, &[&[Some("a"), Some("bc")]]),
        &kept(2, &[&[Some("ab"), Some("c")]]),
        false,
        "1 row only here: “a | bc”; 1 row only there: “ab | c”",
    );
}

#[test]
fn columns_come_before_rows() {
    check(
        &kept(1, &[]),
        &kept(2, &[]),
        false,
        "the result has 1 column here and 2 columns there",
    );
}

#[test]
fn what_was_not_kept_is_never_the_same() {
    let nothing = |here, there| Comparison::of(here, there).finding;
    let rows = words("a");
    assert_eq!(
        nothing(None, Some(&rows)).seen,
        "the step returned no result"
    );
    assert_eq!(
        nothing(Some(&rows), None).seen,
        "the step to compare with left no rows"
    );
    assert!(!nothing(None, None).met);
    let mut unreadable = words("a");
    unreadable.note_unreadable();
    check(
        &rows,
        &unreadable,
        false,
        "the result holds values there that are not valid UTF-8, or too large; compare their encode(value::bytea, 'hex')",
    );
    let mut large = words("a");
    large.push(&[Some(&"x".repeat(65 * 1024 * 1024))]);
    check(
        &large,
        &large,
        false,
        "the result is larger here than the 64 MiB that are compared; compare counts and digests instead",
    );
}

#[test]
fn long_lists_and_long_rows_are_cut() {
    let many: String = (0..250).map(|n| format!("{n} ")).collect();
    let listed = check(
        &words(&many),
        &words(""),
        false,
        "250 rows only here: “0”, “1”, “2”, and 247 more",
    );
    assert_eq!(listed.lines().count(), 101);
    assert!(
        listed.ends_with("only here: 99\nonly here: 150 rows more\n"),
        "{listed}"
    );
    let long = "ä\n".repeat(5_000);
    let comparison = Comparison::of(Some(&kept(1, &[&[Some(&long)]])), Some(&words("")));
    assert!(comparison.finding.seen.len() < 250 && comparison.finding.seen.ends_with("…”"));
    assert!(comparison.listed.len() < 2_100 && comparison.listed.lines().count() == 1);
}
