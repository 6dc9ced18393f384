//! `kill -9` at the worst moments: the journal verifies, holds the intent, and claims nothing that is not so.

use std::fs;

use stepmark_tests::{Home, Outcome, Server};

fn kill(mut child: std::process::Child) {
    child.kill().expect("our child");
    child.wait().expect("our child");
}

#[test]
fn a_kill_during_a_shell_step_leaves_a_verifiable_intent() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=stuck}\nmkfifo held; read line < held\n```\n",
    );
    let child = home.spawn(&["run", "book.md"]);
    home.when_started("book", 1);
    kill(child);
    let journal = home.journal("book");
    assert_eq!(journal.types().last(), Some(&"step_started"));
    home.stepmark(&["verify", "last"])
        .exits(0)
        .says(&["unfinished"]);
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["stuck — unknown"]);
}

#[test]
fn a_kill_during_sql_leaves_a_verifiable_intent() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=slow}\nSELECT pg_sleep(600);\n```\n",
    );
    let child = home.spawn(&["run", "book.md", "--connect", &server.url()]);
    home.when_started("book", 1);
    kill(child);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["slow"]);
    assert_eq!(journal.of("target_identified").count(), 1);
    home.stepmark(&["verify", "last"]).exits(0);
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["slow — unknown"]);
}

#[test]
fn a_kill_inside_an_open_transaction_makes_held_steps_undone() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE t (id int)");
    home.write(
        "book.md",
        "```sql {name=begin}\nBEGIN;\n```\n\n```sql {name=insert}\nINSERT INTO t VALUES (1);\n```\n\n\
         ```bash {name=stuck}\nmkfifo held; read line < held\n```\n\n```sql {name=end}\nCOMMIT;\n```\n",
    );
    let child = home.spawn(&["run", "book.md", "--connect", &server.url()]);
    home.when_started("book", 3);
    kill(child);
    home.stepmark(&["verify", "last"]).exits(0);
    home.stepmark(&["report", "last"]).exits(0).says(&[
        "begin — undone",
        "insert — undone",
        "stuck — unknown",
        "end — pending",
    ]);
    server.wait_for(
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'stepmark/%'",
    );
    assert_eq!(server.sql("SELECT count(*) FROM t"), "0");
}

#[test]
fn a_signal_stops_the_step_and_leaves_a_run_that_says_so() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=slow}\nSELECT pg_sleep(600);\n```\n\n```bash {name=next}\ntrue\n```\n",
    );
    let child = home.spawn(&["run", "book.md", "--connect", &server.url()]);
    home.when_started("book", 1);
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("our child");
    let output = child.wait_with_output().expect("our child");
    let outcome = Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    outcome.exits(4).says(&["slow"]);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["slow"]);
    assert_eq!(journal.outcome("slow")["failure"]["cause"], "cancelled");
    assert_eq!(journal.of("stop_requested").count(), 1);
    assert_eq!(journal.types().last(), Some(&"run_paused"));
    server.wait_for("SELECT count(*) = 0 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()");
}

#[test]
fn a_hangup_that_was_to_be_ignored_is_ignored() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=held}\nmkfifo held; read line < held\n```\n",
    );
    let mut nohup = home.program("sh");
    nohup
        .args(["-c", "trap '' HUP; exec \"$STEPMARK\" run book.md"])
        .stdout(std::process::Stdio::null());
    let mut child = nohup.spawn().expect("sh starts");
    home.when_started("book", 1);
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::HUP).expect("our child");
    home.when_made("held");
    fs::write(home.path().join("held"), "go on\n").expect("a reader is there");
    assert_eq!(child.wait().expect("our child").code(), Some(0));
    assert_eq!(home.journal("book").types().last(), Some(&"run_finished"));
}
