//! Tables, tags and notices are psql's to the byte.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use stepmark_core::output::OutputSink;
use stepmark_core::plan::{Expectation, Finding, Pattern};
use stepmark_engines::postgres::SqlWork;

use crate::support::{Bench, body};

/// Scripts whose whole output must be what psql prints for them.
const SAME_AS_PSQL: &[&str] = &[
    "select 1 as id, 'a' as name;",
    "select 1 as a_long_header, 'x' as b union all select 123456789012, null;",
    "select null, '', ' ';",
    "select from generate_series(1, 3);",
    "select 1 where false;",
    "select 'a'::text where false;",
    "select;",
    "select E'one\\ntwo\\n\\nfour' as lines, 7 as n;",
    "select 7 as n, E'one\\ntwo' as lines;",
    "select E'l1\\nl2' as a, E'm1\\nm2\\nm3' as b, 1 as c;",
    "select 12345 as n, E'a\\nb' as \"two\nlines\";",
    "select E'a\\nlonger' as x union all select 'only';",
    "select 'ä' as ä, '漢字' as wide, 'e\u{301}' as combined, '🦀' as crab;",
    "select E'tab\\there' as t, E'ret\\rurn' as r, E'bell\\x07\\x1b[31m' as c, E'\\u0085x' as n;",
    "select 1::smallint, 2::bigint, 3.50::numeric, 1.5::real, 2.5::float8, 4::oid, '5'::xid, '6'::cid, '$7'::money, '8'::xid8;",
    "select true, 'x'::\"char\", array[1,2], '{\"a\": 1}'::jsonb, now() is null as n, '1 day'::interval, row(1,'b');",
    "select i, repeat('x', i % 5) from generate_series(1, 40) i;",
    "select i as \"n\", i::text || E'\\n' from generate_series(1, 3) i;",
    "create table t (id int primary key, v text);\ninsert into t values (1, 'a'), (2, 'b');\nupdate t set v = 'c' where id > 5;\ndelete from t where id = 1;\ndrop table t;",
    "create table r (id int);\ninsert into r select generate_series(1, 3) returning id, id * 2 as double;\nupdate r set id = id + 1 where id = 3 returning *;\ndelete from r returning id;\ndrop table r;",
    "begin;\ncommit;\ncommit;\nstart transaction;\nend;\nbegin;\nabort;",
    "show server_encoding;\nset work_mem = '5MB';\nreset work_mem;\nexplain (costs off) select 1;",
    "drop table if exists nothing_here;\ndo $$ begin raise notice 'first'; raise warning 'second' using detail = 'more', hint = 'do so'; raise info 'third'; end $$;",
    "select 1 \\; select 2 as two;",
    "values (1, 'one'), (2, 'two');",
    "with w as (select 1 as a) table w;",
    "create temp table c (a int, b text);\ncopy c from stdin;\n1\tone\n2\t\\N\n3\ta\\\\b\n\\.\nselect * from c;\ncopy c to stdout;\ncopy (select 1, 'x,y') to stdout (format csv, header);\ndrop table c;",
    "prepare p as select 1 as q;\nexecute p;\ndeallocate p;",
    "begin;\ndeclare k cursor for select generate_series(1, 3);\nfetch 2 from k;\nmove 1 from k;\nclose k;\ncommit;",
    "create procedure pr(inout a int) language plpgsql as $$ begin a := a + 1; end $$;\ncall pr(4);\ndrop procedure pr;",
    "-- a comment\nselect 1; /* another */ select 2;\n",
    "listen a_channel;\nnotify a_channel;\nnotify a_channel, 'and more';\nunlisten a_channel;",
];

#[test]
fn printed_results_are_what_psql_prints() {
    let bench = Bench::new("tables");
    let running = bench.open();
    for script in SAME_AS_PSQL {
        let ran = running.run(script).succeeded();
        let printed = without_process_id(&ran.printed);
        assert_eq!(printed, without_process_id(&bench.psql(script)), "{script}");
    }
}

/// Notifications name the backend.
fn without_process_id(text: &str) -> String {
    let mut parts = text.split("with PID ");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept += part.trim_start_matches(|character: char| character.is_ascii_digit());
    }
    kept
}

#[test]
fn a_fence_counts_its_statements_rows_and_last_tag() {
    let bench = Bench::new("counts");
    let ran = bench
        .open()
        .run("create table t (a int); insert into t select generate_series(1, 5); select * from t; select 1 where false;")
        .succeeded();
    assert_eq!(
        (ran.ended.statements, ran.ended.finished, ran.ended.rows),
        (4, 4, 5)
    );
    assert_eq!(ran.ended.tag.as_deref(), Some("SELECT 0"));
}

#[test]
fn a_check_is_judged_by_its_last_result() {
    let bench = Bench::new("judged");
    let running = bench.open();
    let finding = |sql: &str| {
        let ran = running
            .start(sql, Some(Expectation::Holds))
            .wait()
            .succeeded();
        ran.ended.finding.unwrap()
    };
    assert!(finding("select false; select count(*) = 0 from pg_class where relname = 'nope';").met);
    assert_eq!(
        finding("select true; select 1 > 2;"),
        Finding {
            met: false,
            seen: "row 1 is \u{201c}f\u{201d}, not true".to_owned()
        }
    );
    assert!(!finding("select true where false;").met);
}

#[test]
fn what_is_expected_is_looked_for_in_every_cell() {
    let bench = Bench::new("expected");
    let running = bench.open();
    let pattern = |text: &str| Expectation::Matches(Pattern::new(text).unwrap());
    let cases = [
        (
            "select 1, 'b7' union all select 2, null;",
            pattern("^b[0-9]$"),
            true,
            "row 1 matches: \u{201c}b7\u{201d}",
        ),
        (
            "select 1, null;",
            Expectation::Empty,
            false,
            "the last result has 1 row: \u{201c}1 | NULL\u{201d}",
        ),
        (
            "select 42;",
            Expectation::Equals("42".to_owned()),
            true,
            "the cell is \u{201c}42\u{201d}",
        ),
        (
            "create temporary table t ();",
            Expectation::Rows,
            false,
            "the step returned no result",
        ),
    ];
    for (sql, expectation, met, seen) in cases {
        let ran = running.start(sql, Some(expectation)).wait().succeeded();
        let expected = Finding {
            met,
            seen: seen.to_owned(),
        };
        assert_eq!(ran.ended.finding, Some(expected), "{sql}");
    }
}

#[test]
fn later_wider_cells_push_their_row_apart_and_nothing_is_lost() {
    let bench = Bench::new("overflow");
    let ran = bench
        .open()
        .run("select case when i > 1500 then repeat('w', 30) else 'n' end as v, i from generate_series(1, 2000) i;")
        .succeeded();
    let lines: Vec<&str> = ran.printed.lines().collect();
    assert_eq!(lines.len(), 2 + 2000 + 2);
    assert_eq!(lines[2], " n |    1");
    assert_eq!(lines[1601], format!(" {} | 1600", "w".repeat(30)));
    assert_eq!(lines[2002], "(2000 rows)");
}

struct Counting {
    bytes: AtomicUsize,
    largest: AtomicUsize,
}

impl OutputSink for Counting {
    fn write(&self, text: String) {
        self.bytes.fetch_add(text.len(), Ordering::Relaxed);
        self.largest.fetch_max(text.len(), Ordering::Relaxed);
    }
}

fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Memory is the process's, so this runs in one of its own, with no other test beside it.
#[test]
fn a_large_result_is_streamed_in_bounded_memory() {
    const ALONE: &str = "STEPMARK_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return stream_a_large_result();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tables::a_large_result_is_streamed_in_bounded_memory",
            "--nocapture",
        ])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{printed}"
    );
}

/// 200,000 rows of 200 bytes are 40 MB; what is kept must not grow with them.
fn stream_a_large_result() {
    let bench = Bench::new("large");
    let running = bench.open();
    let sink = Arc::new(Counting {
        bytes: AtomicUsize::new(0),
        largest: AtomicUsize::new(0),
    });
    let before = resident_kib();
    let (sender, ended) = mpsc::channel();
    let work = SqlWork::fence(body(
        "select i, repeat('x', 200) from generate_series(1, 200000) i;",
    ));
    running.session.run(
        work,
        sink.clone(),
        Box::new(move |end| sender.send(end.ended).unwrap()),
    );
    ended.recv().unwrap();
    let grown = resident_kib().saturating_sub(before);
    assert!(sink.bytes.load(Ordering::Relaxed) > 40_000_000);
    assert!(sink.largest.load(Ordering::Relaxed) < 4 * 1024 * 1024);
    assert!(grown < 8 * 1024, "grew by {grown} KiB");
}

#[test]
fn as_many_columns_as_postgres_allows_are_what_psql_prints() {
    let bench = Bench::new("columns");
    let columns: Vec<String> = (1..=1600).map(|n| format!("{n} as column_{n}")).collect();
    let script = format!("select {};", columns.join(", "));
    let ran = bench.open().run(&script).succeeded();
    assert_eq!(ran.printed, bench.psql(&script));
}
