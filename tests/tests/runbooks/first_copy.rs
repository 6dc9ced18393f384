//! The first copy of the rows: the wait holds until it is really done, says how far it is, and survives its runner.

use std::process::Stdio;
use std::time::Duration;

use stepmark_tests::{Journal, Pty, Session, eventually, found_out, found_within, soak};

use crate::clusters::Stage;

const STEM: &str = "logical-replication-move";

/// Waits until `sql` is true at the destination.
fn until(stage: &Stage, sql: &str) {
    found_within(Duration::from_secs(300), sql, || {
        (stage.sql("destination_server", sql) == "t").then_some(())
    });
}

fn journal(stage: &Stage) -> Journal {
    stage.home.journal(STEM)
}

/// A run that has come to its subscription, with one table that cannot be filled, and the holder of it.
fn held_up(size: u32) -> (Stage, Session) {
    let stage = Stage::of_move(STEM, size);
    stage.stepmark("run", &["--until", "address"]).exits(0);
    let destination = stage.cluster("destination_server");
    let mut holder = Session::open(destination, "shop", "holder");
    holder.sql("BEGIN; LOCK TABLE orders IN SHARE MODE;");
    (stage, holder)
}

/// All tables but the held one are copied.
const ALL_BUT_ONE: &str = "SELECT count(*) = 1 FROM pg_subscription_rel WHERE srsubstate <> 'r'";

#[test]
fn nothing_goes_on_before_every_row_is_there_though_positions_say_so_and_the_runner_is_killed() {
    let (stage, holder) = held_up(soak(20_000, 1_000_000));
    let mut child = stage
        .command("resume", &[])
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    until(&stage, ALL_BUT_ONE);
    // What the source of this procedure looks at is true by now, with the largest table empty.
    until(
        &stage,
        "SELECT bool_and(received_lsn = latest_end_lsn) FROM pg_stat_subscription WHERE relid IS NULL",
    );
    until(
        &stage,
        "SELECT count(*) > 1 FROM pg_stat_activity WHERE application_name LIKE 'stepmark/%'",
    );
    eventually("copied is started", || {
        journal(&stage).started().contains(&"copied")
    });
    child.kill().expect("our child");
    child.wait().expect("our child");
    let mut again = stage
        .command("resume", &[])
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    eventually("the run is taken up", || {
        assert!(again.try_wait().expect("our child").is_none(), "it ended");
        journal(&stage).of("run_resumed").count() >= 2
    });
    assert_eq!(
        journal(&stage)
            .of("step_finished")
            .filter(|line| line["step"] == "copied")
            .count(),
        0
    );
    drop(holder);
    assert_eq!(again.wait().expect("our child").code(), Some(0));
    let journal = journal(&stage);
    let copied = journal
        .of("step_finished")
        .find(|line| line["step"] == "copied")
        .expect("it ended");
    found_out(&format!("copied: {}", copied["polls"]));
    let rows = "SELECT count(*) FROM orders";
    assert_eq!(
        stage.sql("destination_server", rows),
        stage.sql("source", rows)
    );
}

#[test]
fn the_screen_says_how_far_the_first_copy_is() {
    let (stage, holder) = held_up(2_000);
    let command = stage.attended("resume");
    let mut pty = Pty::start(command, 40, 140);
    pty.shows("[ Begin (Enter) ]");
    pty.press("\r");
    pty.shows("a run on");
    pty.press("a");
    pty.shows("initial table sync");
    pty.shows("public.orders");
    drop(holder);
    drop(pty);
}
