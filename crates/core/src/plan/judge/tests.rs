//! Results, row by row, and the verdict on them.

use super::*;

type Rows<'a> = &'a [&'a [Option<&'a str>]];

fn judged(expectation: &Expectation, results: &[Rows<'_>]) -> (bool, String) {
    let mut judge = Judge::new(expectation);
    for rows in results {
        judge.result_begins();
        for row in *rows {
            judge.row(row);
        }
    }
    let finding = judge.finding();
    (finding.met, finding.seen)
}

#[test]
fn each_expectation_has_its_own_reading_of_the_last_result() {
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    let matches = |text: &str| Expectation::Matches(Pattern::new(text).unwrap());
    let none: Rows<'_> = &[];
    let t: Rows<'_> = &[&[Some("t")]];
    let two: Rows<'_> = &[&[Some("t"), Some("x")], &[Some("on"), None]];
    let f: Rows<'_> = &[&[Some("t")], &[Some("f")]];
    let null: Rows<'_> = &[&[None]];
    let gate: Rows<'_> = &[
        &[Some("t"), Some("users"), None],
        &[Some("f"), Some("orders"), Some("GRANT SELECT ON orders")],
        &[None, Some("events"), None],
    ];
    let five: Rows<'_> = &[&[Some("1"), None] as &[_]; 5];
    let cases = [
        (
            Expectation::Holds,
            vec![],
            false,
            "the step returned no result",
        ),
        (
            Expectation::Holds,
            vec![none],
            false,
            "the last result has no row",
        ),
        (Expectation::Holds, vec![t], true, "the row is true"),
        (
            Expectation::Holds,
            vec![f, two],
            true,
            "all 2 rows are true",
        ),
        (
            Expectation::Holds,
            vec![t, f],
            false,
            "row 2 is “f”, not true",
        ),
        (
            Expectation::Holds,
            vec![null],
            false,
            "row 1 is NULL, not true",
        ),
        (
            Expectation::Holds,
            vec![gate],
            false,
            "row 2 is “f”, not true: orders | GRANT SELECT ON orders (and 1 more)",
        ),
        (
            Expectation::Empty,
            vec![],
            false,
            "the step returned no result",
        ),
        (
            Expectation::Empty,
            vec![t, none],
            true,
            "the last result has no row",
        ),
        (
            Expectation::Empty,
            vec![two],
            false,
            "the last result has 2 rows: “t | x”, “on | NULL”",
        ),
        (
            Expectation::Empty,
            vec![five],
            false,
            "the last result has 5 rows: “1 | NULL”, “1 | NULL”, “1 | NULL”, and 2 more",
        ),
        (
            Expectation::Rows,
            vec![none],
            false,
            "the last result has no row",
        ),
        (
            Expectation::Rows,
            vec![null],
            true,
            "the last result has 1 row",
        ),
        (equals("t"), vec![none], false, "the last result has no row"),
        (equals("t"), vec![t], true, "the cell is “t”"),
        (equals("x"), vec![t], false, "the cell is “t”, not “x”"),
        (equals("x"), vec![null], false, "the cell is NULL, not “x”"),
        (
            equals("t"),
            vec![f],
            false,
            "the last result has 2 rows of 1 columns, not one cell",
        ),
        (
            equals("t"),
            vec![&two[..1]],
            false,
            "the last result has 1 row of 2 columns, not one cell",
        ),
        (matches("^x$"), vec![two], true, "row 1 matches: “x”"),
        (matches("o"), vec![two], true, "row 2 matches: “on”"),
        (
            matches("z"),
            vec![two],
            false,
            "/z/ matches nowhere in 2 rows",
        ),
        (
            matches(""),
            vec![null],
            false,
            "// matches nowhere in 1 row",
        ),
        (
            Expectation::SameAs(crate::StepIndex(0)),
            vec![t],
            false,
            "the rows of two steps are not compared",
        ),
    ];
    for (expectation, results, met, seen) in cases {
        assert_eq!(
            judged(&expectation, &results),
            (met, seen.to_owned()),
            "{expectation:?} on {results:?}"
        );
    }
}

#[test]
fn a_long_cell_is_cut_between_characters_and_memory_stays_bounded() {
    let long = "é".repeat(100_000);
    let mut judge = Judge::new(&Expectation::Empty);
    judge.result_begins();
    for _ in 0..1000 {
        judge.row(&[Some(&long), Some(&long)]);
    }
    let finding = judge.finding();
    assert!(finding.seen.len() < 1000, "{}", finding.seen.len());
    assert!(
        finding.seen.ends_with("…”, and 997 more"),
        "{}",
        finding.seen
    );
}
