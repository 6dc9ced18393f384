//! COPY with data in the fence, and to standard output.

use crate::support::Bench;

#[test]
fn copy_takes_its_data_from_the_fence_and_later_statements_run() {
    let bench = Bench::new("copies");
    let running = bench.open();
    let ran = running
        .run("create table t (a int, b text);\nCOPY t FROM STDIN;\n1\tone\n2\tzwei ä\n\\.\nselect sum(a) as s from t;")
        .succeeded();
    assert_eq!(
        ran.printed,
        "CREATE TABLE\nCOPY 2\n s \n---\n 3\n(1 row)\n\n"
    );
    assert_eq!(ran.ended.rows, 1);
    let ran = running.run("copy t to stdout;").succeeded();
    assert_eq!(ran.printed, "1\tone\n2\tzwei ä\n");
    assert_eq!(
        (ran.ended.tag.as_deref(), ran.ended.rows),
        (Some("COPY 2"), 0)
    );
}

#[test]
fn copy_of_many_megabytes_both_ways() {
    let bench = Bench::new("bigcopy");
    let running = bench.open();
    let mut script = "create table t (a int, b text);\ncopy t from stdin;\n".to_owned();
    for row in 0..60_000 {
        script += &format!("{row}\t{}\n", "x".repeat(100));
    }
    script += "\\.\n";
    assert!(
        running
            .run(&script)
            .succeeded()
            .printed
            .ends_with("COPY 60000\n")
    );
    assert_eq!(
        bench.ask("select count(*), sum(length(b)) from t"),
        "60000|6000000"
    );
    let ran = running
        .run("copy (select * from t order by a) to stdout;")
        .succeeded();
    assert_eq!(ran.printed.lines().count(), 60_000);
    assert!(
        ran.printed
            .ends_with(&format!("59999\t{}\n", "x".repeat(100)))
    );
}

#[test]
fn a_failing_copy_leaves_a_usable_session() {
    let bench = Bench::new("badcopy");
    let running = bench.open();
    running.run("create table t (a int);").succeeded();
    let mut script = "copy t from stdin;\n1\nnot a number\n".to_owned();
    script += &"3\n".repeat(200_000);
    script += "\\.\nselect 1;";
    let ran = running.run(&script);
    assert_eq!(ran.error().sqlstate, "22P02");
    assert_eq!(
        ran.error().context.as_deref(),
        Some("COPY t, line 2, column a: \"not a number\"")
    );
    let ran = running.run("copy missing from stdin;\n1\n\\.\n");
    assert_eq!(ran.error().sqlstate, "42P01");
    let ran = running.run("copy (select 1/(3-i) from generate_series(1, 5) i) to stdout;");
    assert_eq!(ran.error().sqlstate, "22012");
    assert_eq!(
        running.run("select 1 as one;").succeeded().printed,
        " one \n-----\n   1\n(1 row)\n\n"
    );
}

#[test]
fn copy_and_rows_keep_their_order_in_one_query() {
    let bench = Bench::new("mixedcopy");
    let ran = bench
        .open()
        .run("select 1 as a \\; copy (values (2), (3)) to stdout \\; select 4 as b;")
        .succeeded();
    assert_eq!(
        ran.printed,
        " a \n---\n 1\n(1 row)\n\n2\n3\n b \n---\n 4\n(1 row)\n\n"
    );
}

#[test]
fn binary_copy_is_not_spilled_onto_the_screen() {
    let bench = Bench::new("binarycopy");
    let ran = bench
        .open()
        .run("copy (values (1), (2)) to stdout (format binary);")
        .succeeded();
    assert!(
        ran.printed.starts_with("(binary COPY data"),
        "{}",
        ran.printed
    );
}
