//! `kill -9` of the real binary at any moment, and of the runners that take its run up, with a live server.

use std::fs::File;
use std::process::Stdio;
use std::time::Duration;

use stepmark_tests::{Chance, Home, Journal, Outcome, Server, found_out, soak};

use crate::oracle::{TABLE, book, check_acknowledged, check_ended, id, newest};

/// About as long as the run takes.
const RUN: Duration = Duration::from_millis(700);
/// So many runners are killed of one run at most; the next one may go on.
const KILLS_MAX: u64 = 3;

#[test]
fn a_kill_at_any_moment_loses_nothing_acknowledged_and_does_nothing_twice() {
    let server = Server::new();
    server.sql(TABLE);
    let mut told = [0; 2];
    let mut taken_up = 0;
    for round in 0..soak(30, 1000) {
        let (code, resumed) = killed_run(&server, round);
        told[usize::from(code != 0)] += 1;
        taken_up += usize::from(resumed);
    }
    found_out(&format!(
        "{} runs finished, {} left the shell step unknown; {taken_up} had to be taken up",
        told[0], told[1]
    ));
    assert!(taken_up > 0, "no kill came before the end of a run");
}

/// The exit code of the last runner, and whether the run was taken up at all.
fn killed_run(server: &Server, round: u32) -> (i32, bool) {
    let told = format!("round {round}");
    let mut chance = Chance::of(u64::from(round) + 1);
    let home = Home::new();
    home.write("book.md", &book());
    let url = server.url();
    let run = ["run", "book.md", "--json", "--yes", "--connect", &url];
    let resume = [
        "resume",
        "last",
        "--json",
        "--yes",
        "--orphans",
        "kill",
        "--connect",
        &url,
    ];
    for _ in 0..=chance.below(KILLS_MAX) {
        let arguments: &[&str] = match newest(&home) {
            None => &run,
            Some(_) => &resume,
        };
        let mut child = home
            .command(arguments)
            .stdout(File::create(home.path().join("printed")).expect("our own folder"))
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        std::thread::sleep(chance.moment(RUN));
        child.kill().expect("our child");
        child.wait().expect("our child");
        if let Some(run) = newest(&home) {
            check_acknowledged(&home.path().join("printed"), &Journal::read(&run), &told);
            home.stepmark(&["verify", "last"]).exits(0);
        }
    }
    let code = ends(&home, server, (&run, &resume), &told);
    let journal = Journal::read(&newest(&home).expect("a run"));
    (code, journal.of("run_resumed").count() > 0)
}

/// Takes the run up until it ends, and has the oracle say what was done.
fn ends(home: &Home, server: &Server, (run, resume): (&[&str], &[&str]), told: &str) -> i32 {
    for _ in 0..6 {
        let outcome = match newest(home) {
            None => home.stepmark(run),
            Some(path) if is_finished(&path) => Outcome {
                code: 0,
                stdout: String::new(),
                stderr: String::new(),
            },
            Some(_) => home.stepmark(resume),
        };
        match outcome.code {
            0 | 75 => {
                let path = newest(home).expect("a run");
                check_ended(server, &id(&path), outcome.code, told);
                home.stepmark(&["verify", "last"]).exits(0);
                return outcome.code;
            }
            // Proved not to be done, so it failed; the next runner does it.
            1 => {}
            other => panic!(
                "{told}: exit {other}\n{}\n{}",
                outcome.stdout, outcome.stderr
            ),
        }
    }
    panic!("{told}: never at its end");
}

fn is_finished(run: &std::path::Path) -> bool {
    Journal::read(run).types().last() == Some(&"run_finished")
}
