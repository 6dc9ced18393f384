//! Values in the place of variables: what is sent has them, what is shown has the references.

use stepmark_core::plan::Position;
use stepmark_core::record::TransactionEnd::{Committed, Unknown};
use stepmark_core::record::TransactionStatus::Idle;
use stepmark_core::runner::SqlStop;

use crate::support::{Bench, filled};

#[test]
fn values_are_sent_where_their_references_stand() {
    let bench = Bench::new("valuessent");
    let running = bench.open();
    let ran = running
        .work(filled(
            "create table :\"t\" (a text);\ninsert into :\"t\" values (:'v'), (':v');\ncopy :\"t\" from stdin;\n:v\n\\.\nselect a, :{?v} as \"given\", (array[1,2,3])[1:2] from :\"t\" order by a limit :n;",
            &[
                (":\"t\"", "\"Tab \"\"le\""),
                (":'v'", "'it''s ä'"),
                (":{?v}", "TRUE"),
                (":n", "3"),
            ],
        ))
        .succeeded();
    assert!(
        ran.printed.contains("\n it's ä | t     | {1,2}\n"),
        "{}",
        ran.printed
    );
    assert_eq!(
        bench.ask("select string_agg(a, '|' order by a) from \"Tab \"\"le\""),
        ":v|:v|it's ä"
    );
}

#[test]
fn a_caret_after_a_value_points_into_the_runbook() {
    let bench = Bench::new("valuescaret");
    let running = bench.open();
    let ran = running.work(filled(
        "select 1;\nselect 'ä漢🦀', :'geheim', größe from (select 1) as ß;",
        &[(":'geheim'", "'a much longer\nSECRET ß漢 of two lines'")],
    ));
    assert_eq!(ran.error().sqlstate, "42703");
    assert_eq!(
        ran.error().position,
        Some(Position {
            line: 101,
            column: 26
        })
    );
    let printed = ran.printed.split_once("(1 row)\n\n").unwrap().1;
    assert_eq!(
        printed,
        "ERROR:  42703: column \"größe\" does not exist\n\
         LINE 101: select 'ä漢🦀', :'geheim', größe from (select 1) as ß;\n\
         \u{20}                                    ^\n"
    );
}

#[test]
fn an_error_in_a_value_points_at_its_reference() {
    let bench = Bench::new("valuesinside");
    let running = bench.open();
    let ran = running.work(filled(
        "select 'ä' from :\"table\" where true;",
        &[(":\"table\"", "\"not there\"")],
    ));
    assert_eq!(
        ran.error().position,
        Some(Position {
            line: 100,
            column: 17
        })
    );
    assert_eq!(
        ran.printed,
        "ERROR:  42P01: relation \"not there\" does not exist\n\
         LINE 100: select 'ä' from :\"table\" where true;\n\
         \u{20}                         ^\n"
    );
}

#[test]
fn a_verb_that_is_a_value_counts_as_what_it_is() {
    let bench = Bench::new("valuesverb");
    let running = bench.open();
    let ran = running
        .work(filled(
            "create table t (a int); begin; insert into t values (1); :verb;",
            &[(":verb", "commit")],
        ))
        .succeeded();
    assert_eq!(
        (ran.ended.ends, ran.ended.transaction),
        (vec![Committed], Idle)
    );

    let bench = Bench::without_standby("valuesdoubt");
    let running = bench.open();
    running
        .run("create table t (a int); begin; set local synchronous_commit = on; insert into t values (1);")
        .succeeded();
    let started = running.begin(filled(":verb;", &[(":verb", "commit")]));
    let pid = running.identity.backend_pid;
    bench.wait_until(&format!(
        "select wait_event = 'SyncRep' from pg_stat_activity where pid = {pid}"
    ));
    bench.ask(&format!("select pg_terminate_backend({pid})"));
    let ran = started.wait();
    assert!(
        matches!(ran.ended.stop, Some(SqlStop::Lost { in_doubt: true, .. })),
        "{ran:?}"
    );
    assert_eq!(ran.ended.ends, vec![Unknown]);
}

#[test]
fn a_value_that_cannot_be_sent_is_refused_and_not_told() {
    let bench = Bench::new("valuesnul");
    let work = filled("select 1;\nselect :'v';", &[(":'v'", "'SECRET\0'")]);
    assert_eq!(
        bench.open().refusal(work),
        "line 101, column 8: the value that belongs there holds a NUL character, which PostgreSQL cannot receive; give another"
    );
}
