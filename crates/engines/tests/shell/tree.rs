//! What is left of a step's processes: nothing after a cancel, nothing of any step after the run, everybody else untouched.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use stepmark_core::plan::Interpreter::Bash;
use stepmark_engines::shell::Graces;

use super::bench::{Bench, HANG, Lines, Started, alive, eventually, exit, killed};

const SHORT: Graces = Graces {
    interrupt: Duration::from_millis(100),
    terminate: Duration::from_millis(100),
    ..Graces::STANDARD
};

/// A number that no other process has among its arguments: `sleep` takes it as a duration.
fn token(number: usize) -> String {
    format!("{}{number:03}", 100_000 + std::process::id())
}

/// Ways to hide from, ignore or outlast a cancel; each prints `up` once for every process that stays, `SLEEP` is the program
/// that stays.
const NASTY: [(&str, usize); 14] = [
    (
        "f() { [ $1 = 0 ] || { (trap '' INT TERM; f $(($1 - 1))) & (f $(($1 - 1))) & }; echo up; SLEEP; }; f 4",
        31,
    ),
    (
        "trap '' INT TERM HUP; echo up; while :; do SLEEP & sleep 0.05; done",
        1,
    ),
    ("echo up; SLEEP", 1),
    ("trap '' INT TERM; echo up; SLEEP", 1),
    ("setsid sh -c 'echo up; exec SLEEP' & wait", 1),
    (
        "setsid sh -c 'trap \"\" INT TERM HUP; echo up; SLEEP' & wait",
        1,
    ),
    (
        "(setsid sh -c '(echo up; exec SLEEP) & exit 0') ; exec sleep 1000",
        1,
    ),
    (
        "nohup sh -c 'trap \"\" TERM; echo up; exec SLEEP' 2>/dev/null & echo up; SLEEP",
        2,
    ),
    (
        "(env -i /usr/bin/env setsid sh -c '(echo up; exec SLEEP) & exit 0') & wait; exec sleep 1000",
        1,
    ),
    (
        "(env -i setsid sh -c '(echo up; exec SLEEP </dev/null >/dev/null 2>&1) & exit 0') & wait; trap '' INT; sleep 1000; sleep 1000",
        1,
    ),
    (
        "for n in 1 2 3 4 5; do (trap '' INT TERM; echo up; SLEEP) & done; wait",
        5,
    ),
    ("set -m; (trap '' TERM; echo up; SLEEP) & set +m; wait", 1),
    (
        "trap 'setsid sh -c \"trap : TERM; SLEEP\" & exit 1' INT; echo up; SLEEP & wait",
        1,
    ),
    ("echo up; kill -STOP $$; SLEEP", 1),
];

#[test]
fn nothing_survives_a_cancel_however_it_hides() {
    let bench = Bench::with(SHORT);
    for number in 0..25 {
        let (text, count) = NASTY[number % NASTY.len()];
        let token = token(number);
        let step = bench.start(bench.work(Bash, text.replace("SLEEP", &format!("sleep {token}"))));
        bench.sink.wait_for("up\n", count);
        step.run.cancel(1 + u8::try_from(number % 3).unwrap());
        let ended = step.end();
        assert_eq!(alive(&token), [], "{text}: {ended:?}");
        bench.sink.take();
    }
    assert_eq!(bench.shells.stop().ended, 0, "nothing was left for the end");
}

/// A tree under way, and the word among its processes' arguments.
fn plant(bench: &Bench, number: usize) -> (Started, String) {
    let (text, count) = NASTY[number % NASTY.len()];
    let token = token(number);
    let sink = Arc::new(Lines::default());
    let work = bench.work(Bash, text.replace("SLEEP", &format!("sleep {token}")));
    let step = bench.start_into(work, sink.clone());
    sink.wait_for("up\n", count);
    (step, token)
}

#[test]
fn a_cancel_ends_its_own_tree_and_no_other() {
    let bench = Bench::with(SHORT);
    let mut trees: Vec<_> = (200..200 + NASTY.len())
        .map(|number| plant(&bench, number))
        .collect();
    while let Some((step, token)) = trees.pop() {
        let others = || -> Vec<Vec<i32>> {
            let tokens = trees.iter().map(|(_, token)| token);
            tokens.map(|token| alive(token)).collect()
        };
        let before = others();
        step.run.cancel(2);
        step.end();
        assert_eq!(alive(&token), [], "{} are left", trees.len());
        for (at, (before, after)) in before.iter().zip(others()).enumerate() {
            let spared = before.iter().all(|pid| after.contains(pid));
            assert!(spared, "tree {at}: {before:?} {after:?}, {token} was ended");
        }
    }
    assert_eq!(bench.shells.stop().ended, 0, "nothing was left for the end");
}

#[test]
fn many_trees_at_once_are_gone_in_time_after_a_cancel() {
    let soak = std::env::var_os("STEPMARK_SOAK").is_some();
    let (count, at_once, graces, limit) = match soak {
        true => (500, 25, Graces::STANDARD, Duration::from_secs(12)),
        false => (25, 25, SHORT, HANG),
    };
    for first in (0..count).step_by(at_once) {
        let bench = Bench::with(graces);
        let trees: Vec<_> = (first..first + at_once)
            .map(|number| plant(&bench, 300 + number))
            .collect();
        let since = Instant::now();
        trees.iter().for_each(|(step, _)| step.run.cancel(1));
        let still = || -> Vec<i32> { trees.iter().flat_map(|(_, token)| alive(token)).collect() };
        while !still().is_empty() && since.elapsed() < limit {
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(still(), [], "{:?} after the cancel", since.elapsed());
        trees.iter().for_each(|(step, _)| drop(step.end()));
        assert_eq!(bench.shells.stop().survived, 0);
    }
}

#[test]
fn a_cancel_asks_first() {
    let bench = Bench::new();
    for (force, code) in [(1, 3), (2, 4)] {
        let text = "trap 'echo INT; exit 3' INT; trap 'echo TERM; exit 4' TERM; echo up; while :; do :; done";
        let step = bench.start(bench.work(Bash, text));
        bench.sink.wait_for("up\n", 1);
        step.run.cancel(force);
        assert_eq!(step.end(), exit(code));
        bench.sink.take();
    }
}

#[test]
fn a_cancel_escalates_by_itself_and_by_request() {
    let bench = Bench::with(SHORT);
    let text = "trap 'echo INT' INT; trap 'echo TERM' TERM; echo up; while :; do :; done";
    let step = bench.start(bench.work(Bash, text));
    bench.sink.wait_for("up\n", 1);
    step.run.cancel(1);
    assert_eq!(step.end(), killed(9));
    assert_eq!(bench.sink.take(), "up\nINT\nTERM\n");

    let bench = Bench::with(Graces {
        interrupt: Duration::from_secs(86_400),
        terminate: Duration::from_secs(86_400),
        ..Graces::STANDARD
    });
    let step = bench.start(bench.work(Bash, text));
    bench.sink.wait_for("up\n", 1);
    for (force, answer) in [(1, "INT\n"), (2, "TERM\n")] {
        step.run.cancel(force);
        bench.sink.wait_for(answer, 1);
    }
    step.run.cancel(3);
    assert_eq!(step.end(), killed(9));
}

#[test]
fn a_cancel_before_the_process_is_there_is_not_lost() {
    let bench = Bench::new();
    let step = bench.start(bench.work(Bash, "sleep 1000"));
    step.run.cancel(3);
    assert_eq!(step.end(), killed(9));
}

#[test]
fn what_steps_left_running_lives_until_the_run_ends() {
    let bench = Bench::with(SHORT);
    let token = token(100);
    for text in [
        format!("sleep {token} &"),
        format!("setsid sleep {token} >/dev/null 2>&1 &"),
        format!("(trap '' TERM; echo up; sleep {token}) &"),
    ] {
        bench.ok(Bash, &text);
    }
    bench.ok(Bash, "true");
    eventually("all are up", || alive(&token).len() == 3);
    let leftovers = bench.shells.stop();
    assert!(leftovers.ended >= 3, "{leftovers:?}");
    assert_eq!(leftovers.survived, 0);
    assert_eq!(alive(&token), []);
}

#[test]
fn a_cancel_spares_what_an_earlier_step_left_running() {
    let bench = Bench::with(SHORT);
    let token = token(101);
    bench.ok(Bash, &format!("setsid sleep {token} &"));
    eventually("it is up", || alive(&token).len() == 1);
    let step = bench.start(bench.work(Bash, "echo up; sleep 1000"));
    bench.sink.wait_for("up\n", 1);
    step.run.cancel(3);
    assert_eq!(step.end(), killed(9));
    assert_eq!(alive(&token).len(), 1);
    bench.shells.stop();
    assert_eq!(alive(&token), []);
}

#[test]
fn a_run_that_is_stopped_stops_the_step_under_way() {
    let bench = Bench::with(SHORT);
    let step = bench.start(bench.work(Bash, "trap '' INT TERM; echo up; sleep 1000; sleep 1000"));
    bench.sink.wait_for("up\n", 1);
    bench.shells.stop();
    assert_eq!(step.end(), killed(9));
}

#[test]
fn processes_that_no_step_started_are_spared() {
    let bench = Bench::with(SHORT);
    let token = token(102);
    // As a cluster of ours comes about: it detaches, its parent exits, and it becomes our child.
    let status = Command::new("sh")
        .args(["-c", &format!("setsid sleep {token} & exit 0")])
        .stdin(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    eventually("it is up", || alive(&token).len() == 1);
    let step = bench.start(bench.work(Bash, "echo up; sleep 1000"));
    bench.sink.wait_for("up\n", 1);
    step.run.cancel(3);
    assert_eq!(step.end(), killed(9));
    bench.shells.stop();
    let spared = alive(&token);
    assert_eq!(spared.len(), 1);
    let pid = rustix::process::Pid::from_raw(spared[0]).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty()).unwrap();
}
