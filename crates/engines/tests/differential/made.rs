//! Cases that are too long to be written down.

use std::fmt::Write as _;

use crate::case::Case;

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    let case = |name: &str, script: String| Case {
        name: name.to_owned(),
        script,
    };
    vec![
        case("a literal of a megabyte", literal()),
        case(
            "a comment of a megabyte",
            format!(
                "select 1 as a /* {} */, 2 as b;\n",
                "comment ; ' ".repeat(90_000)
            ),
        ),
        case("1600 columns", columns()),
        case("a table of 1600 columns", table()),
        case(
            "10000 tiny statements",
            "select;\n".repeat(9_999) + "select 1 as last;\n",
        ),
        case(
            "2000 statements on one line",
            "set work_mem='1MB';".repeat(2_000),
        ),
        case(
            "an error after 1000 statements",
            "set work_mem='1MB';\n".repeat(1_000) + "select nope;\nselect 1;\n",
        ),
        case("COPY of 20000 rows", copy()),
        case(
            "parentheses 400 deep",
            format!("select {}1{} as a;\n", "(".repeat(400), ")".repeat(400)),
        ),
        case(
            "comments 5000 deep",
            format!(
                "{}; ' {} select 1 as a;\n",
                "/*".repeat(5_000),
                "*/".repeat(5_000)
            ),
        ),
        case(
            "an error 100000 characters into a line",
            format!("select '{}', nope, 1;\n", "ä漢".repeat(50_000)),
        ),
        case("1000 rows of many widths", rows(1_000)),
    ]
}

fn literal() -> String {
    let text = "it''s ä; $$ -- ".repeat(1024 * 1024 / 16);
    format!("create table t as select '{text}'::text as v;\nselect length(v), md5(v) from t;\n")
}

fn columns() -> String {
    let columns: Vec<_> = (1..=1600).map(|n| format!("{n} as \"c {n}\"")).collect();
    format!("select {};\n", columns.join(",\n"))
}

fn table() -> String {
    let columns: Vec<_> = (1..=1600).map(|n| format!("c{n} int2")).collect();
    format!(
        "create table t ({});\ninsert into t (c1, c1600) values (1, 2) returning c1600;\nselect * from t;\n",
        columns.join(", ")
    )
}

fn copy() -> String {
    let mut script = "create table t (a int, b text);\ncopy t from stdin;\n".to_owned();
    for row in 0..20_000 {
        writeln!(script, "{row}\trow; \\\\ {row} ä").unwrap();
    }
    script + "\\.\nselect count(*), md5(string_agg(b, '' order by a)) from t;\n"
}

fn rows(count: usize) -> String {
    format!(
        "select i, repeat('漢', i % 30) as w, case when i % 7 = 0 then null else i / 8.0 end as n from generate_series(1, {count}) i;\n"
    )
}
