//! Steps that stay up beside others.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use stepmark_core::plan::Interpreter::Bash;
use stepmark_core::runner::WorkEnded;
use stepmark_engines::shell::{Graces, ShellMode, ShellRun, ShellWork};

use super::bench::{Bench, HANG, Lines, alive, exit, killed};

const SHORT: Graces = Graces {
    interrupt: Duration::from_millis(100),
    terminate: Duration::from_millis(100),
    ..Graces::STANDARD
};

/// A background step, and what is heard of it in order.
struct Up {
    run: ShellRun,
    sink: Arc<Lines>,
    heard: mpsc::Receiver<Option<WorkEnded>>,
}

impl Up {
    fn start(bench: &Bench, text: &str) -> Self {
        let work = ShellWork {
            mode: ShellMode::Background,
            ..bench.work(Bash, text)
        };
        let (started, heard) = mpsc::channel();
        let ended = started.clone();
        let sink = Arc::new(Lines::default());
        let run = bench.shells.run_telling(
            work,
            sink.clone(),
            Box::new(move || started.send(None).unwrap()),
            Box::new(move |end| ended.send(Some(end)).unwrap()),
        );
        Self { run, sink, heard }
    }

    fn hear(&self) -> Option<WorkEnded> {
        self.heard.recv_timeout(HANG).unwrap()
    }
}

#[test]
fn its_start_is_told_before_its_end_and_never_when_there_was_none() {
    let bench = Bench::new();
    let step = Up::start(&bench, "exit 3");
    assert_eq!(step.hear(), None);
    assert_eq!(step.hear(), Some(exit(3)));
    let step = Up::start(&bench, "\0");
    assert!(matches!(step.hear(), Some(WorkEnded::Unstartable { .. })));
}

#[test]
fn its_output_streams_while_others_run_and_its_input_is_empty() {
    let bench = Bench::new();
    let gate = bench.fifo("gate");
    let text = "exec 9<>gate; cat; while read line <&9; do echo \"heard $line\"; done";
    let step = Up::start(&bench, text);
    assert_eq!(step.hear(), None);
    for number in 1..=3 {
        bench.ok(Bash, &format!("echo {number} > gate"));
        step.sink.wait_for(&format!("heard {number}\n"), 1);
    }
    step.run.cancel(1);
    assert_eq!(step.hear(), Some(killed(2)));
    drop(gate);
}

#[test]
fn it_starts_where_the_steps_before_it_ended_and_leaves_nothing_to_those_after() {
    let bench = Bench::new();
    bench.ok(Bash, "export A=before; mkdir deep; cd deep");
    let step = Up::start(&bench, "echo $A ${PWD##*/}; export A=after; cd /");
    assert_eq!(step.hear(), None);
    assert_eq!(step.hear(), Some(exit(0)));
    assert_eq!(step.sink.take(), "before deep\n");
    assert_eq!(bench.ok(Bash, "echo $A ${PWD##*/}"), "before deep\n");
}

#[test]
fn it_is_asked_to_end_and_then_made_to() {
    let bench = Bench::with(SHORT);
    let text = "trap 'echo INT' INT; trap 'echo TERM' TERM; echo up; while :; do :; done";
    let step = Up::start(&bench, text);
    step.sink.wait_for("up\n", 1);
    step.run.cancel(1);
    assert_eq!(step.hear(), None);
    assert_eq!(step.hear(), Some(killed(9)));
    assert_eq!(step.sink.take(), "up\nINT\nTERM\n");
}

/// How an orphan keeps only what cannot be shaken off: neither environment, session, parent nor pipes.
const STRAY: &str =
    "(env -i setsid sh -c '(exec sleep TOKEN </dev/null >/dev/null 2>&1) & exit 0')";

#[test]
fn the_end_of_a_foreground_step_spares_a_background_one_and_all_that_it_started() {
    let bench = Bench::with(SHORT);
    let token = format!("{}7", 200_000 + std::process::id());
    let stray = STRAY.replace("TOKEN", &token);
    let gate = bench.fifo("gate");
    let text = format!("exec 9<>gate; echo up; read x <&9; {stray}; echo stray; read x <&9");
    let server = Up::start(&bench, &text);
    server.sink.wait_for("up\n", 1);
    let step = bench.start(bench.work(Bash, "trap '' INT TERM; echo up; sleep 1000; sleep 1000"));
    bench.sink.wait_for("up\n", 1);
    // The orphan is younger than the step under way, whose cancel looks for orphans that say nothing of whose they are.
    std::fs::write(&gate, "\n").unwrap();
    server.sink.wait_for("stray\n", 1);
    super::bench::eventually("it is up", || alive(&token).len() == 1);
    step.run.cancel(1);
    assert_eq!(step.end(), killed(9));
    assert_eq!(
        alive(&token).len(),
        1,
        "the orphan of the background step lives"
    );
    assert_eq!(server.hear(), None);
    assert!(
        server.heard.try_recv().is_err(),
        "the background step lives"
    );
    server.run.cancel(1);
    server.hear();
    assert_eq!(alive(&token), [], "and ends with its own step");
    drop(gate);
}

#[test]
fn the_end_of_a_background_step_spares_the_foreground_one_and_all_that_it_started() {
    let bench = Bench::with(SHORT);
    let token = format!("{}8", 200_000 + std::process::id());
    let stray = STRAY.replace("TOKEN", &token);
    let server = Up::start(&bench, "echo up; sleep 1000");
    server.sink.wait_for("up\n", 1);
    let gate = bench.fifo("gate");
    let text = format!("exec 9<>gate; {stray}; echo up; read x <&9; echo through");
    let step = bench.start(bench.work(Bash, text));
    bench.sink.wait_for("up\n", 1);
    super::bench::eventually("it is up", || alive(&token).len() == 1);
    assert_eq!(server.hear(), None);
    server.run.cancel(3);
    assert_eq!(server.hear(), Some(killed(9)));
    assert_eq!(alive(&token).len(), 1);
    step.let_through(&gate);
    assert_eq!(step.end(), exit(0));
    assert_eq!(bench.shells.stop().ended, 1);
    assert_eq!(alive(&token), []);
}

#[test]
fn the_end_of_the_run_ends_it() {
    let bench = Bench::with(SHORT);
    let step = Up::start(&bench, "trap '' INT TERM; echo up; sleep 1000; sleep 1000");
    step.sink.wait_for("up\n", 1);
    bench.shells.stop();
    assert_eq!((step.hear(), step.hear()), (None, Some(killed(9))));
}
