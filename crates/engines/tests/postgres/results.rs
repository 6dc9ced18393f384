//! What is taken from results: captured values, kept rows, rows compared with another step's.

use std::sync::Arc;

use stepmark_core::StepIndex;
use stepmark_core::plan::{CapturedValue, Expectation, Finding};
use stepmark_engines::postgres::{KeptRows, SqlWork};

use crate::support::{Bench, Ran, Running, fence};

fn capture(running: &Running, names: usize, sql: &str) -> Result<Vec<String>, String> {
    let ran = running.work(SqlWork {
        captures: names,
        ..fence(sql)
    });
    let values = ran.succeeded().ended.captured.unwrap()?;
    let plain = |value| match value {
        CapturedValue::Plain(text) => text,
        CapturedValue::Secret => panic!("no engine knows secrets"),
    };
    Ok(values.into_iter().map(plain).collect())
}

#[test]
fn the_columns_of_the_only_row_are_captured() {
    let bench = Bench::new("captures");
    let running = bench.open();
    let of = |names: usize, sql: &str| capture(&running, names, sql).map(|values| values.join("|"));
    let refused = |message: &str| Err(message.to_owned());
    assert_eq!(
        of(2, "select 9;\nselect 'ä ', 1.50;\nset work_mem = '8MB';"),
        Ok("ä |1.50".to_owned())
    );
    assert_eq!(
        of(1, "select 1 from generate_series(1, 3);"),
        refused("capture takes exactly one row, and the last result has 3")
    );
    assert_eq!(
        of(1, "set work_mem = '8MB';"),
        refused("the step returned no result to capture from")
    );
    assert_eq!(
        of(1, "select null;"),
        refused("column 1 is NULL and cannot be captured")
    );
}

#[test]
fn a_value_that_cannot_be_read_is_neither_captured_nor_compared() {
    let bench = Bench::new("capturesraw");
    bench.ask(
        "create database capturesraw_ascii encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'",
    );
    let running = Running::open(&bench.cluster.url("capturesraw_ascii"));
    running.run("set client_encoding = sql_ascii;").succeeded();
    assert_eq!(
        capture(&running, 1, "select chr(228);"),
        Err(
            "a value of the last result is not valid UTF-8, or too large, and cannot be captured"
                .to_owned()
        )
    );
    let rows = keep(&running, "select chr(228);").rows.unwrap();
    let finding = same(&running, "select chr(229);", Some(rows)).ended.finding;
    assert!(!finding.unwrap().met);
}

#[test]
fn a_work_that_stopped_hands_nothing_back() {
    let bench = Bench::new("handsnothing");
    let running = bench.open();
    let ran = running.work(SqlWork {
        captures: 1,
        keep_rows: true,
        generates: true,
        expectation: Some(Expectation::Rows),
        ..fence("select 'select 1'; select 1/0;")
    });
    assert_eq!(ran.error().sqlstate, "22012");
    assert_eq!((ran.ended.captured, ran.ended.finding), (None, None));
    assert!(ran.generated.is_none() && ran.rows.is_none());
}

fn keep(running: &Running, sql: &str) -> Ran {
    running
        .work(SqlWork {
            keep_rows: true,
            ..fence(sql)
        })
        .succeeded()
}

fn same(running: &Running, sql: &str, rows: Option<KeptRows>) -> Ran {
    running
        .work(SqlWork {
            expectation: Some(Expectation::SameAs(StepIndex(0))),
            same_as: rows.map(Arc::new),
            ..fence(sql)
        })
        .succeeded()
}

#[test]
fn rows_of_two_servers_are_compared_in_any_order() {
    let (source, destination) = (Bench::new("samesource"), Bench::new("samedestination"));
    let (source, destination) = (source.open(), destination.open());
    let check = |there: &str, here: &str, met: bool, seen: &str| {
        let rows = keep(&source, there).rows;
        let ran = same(&destination, here, rows);
        let expected = Finding {
            met,
            seen: seen.to_owned(),
        };
        assert_eq!(ran.ended.finding, Some(expected));
        assert!(ran.rows.is_none());
        ran.printed
    };
    check(
        "select 'another result';\nselect i, nullif(i, 2) from generate_series(1, 3) i;",
        "select i, nullif(i, 2) from generate_series(1, 3) i order by 1 desc;",
        true,
        "the 3 rows are the same",
    );
    let printed = check(
        "select i, 'ä' || i from generate_series(1, 4) i;",
        "select i, case i when 2 then null else 'ä' || i end from generate_series(1, 3) i;",
        false,
        "1 row only here: “2 | NULL”; 2 rows only there: “2 | ä2”, “4 | ä4”",
    );
    assert!(
        printed
            .ends_with("(3 rows)\n\nonly here: 2 | NULL\nonly there: 2 | ä2\nonly there: 4 | ä4\n"),
        "{printed}"
    );
    check(
        "select 1, 2;",
        "select 1;",
        false,
        "the result has 1 column here and 2 columns there",
    );
    check(
        "set work_mem = '8MB';",
        "select 1;",
        false,
        "the step to compare with left no rows",
    );
    check(
        "select where false;",
        "set work_mem = '8MB';",
        false,
        "the step returned no result",
    );
}

#[test]
fn rows_beyond_the_limit_are_never_found_the_same() {
    let bench = Bench::new("samelarge");
    let running = bench.open();
    let sql = "select repeat('x', 1048576) from generate_series(1, 65);";
    let kept = keep(&running, sql).rows.unwrap();
    assert!(kept.are_too_many() && kept.is_empty());
    let finding = same(&running, "select 'x';", Some(kept))
        .ended
        .finding
        .unwrap();
    assert_eq!(
        (finding.met, finding.seen.as_str()),
        (
            false,
            "the result is larger there than the 64 MiB that are compared; compare counts and digests instead"
        )
    );
}
