//! How what a step prints reaches the sink.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use stepmark_core::output::OutputSink;
use stepmark_core::plan::Interpreter::Bash;

use super::bench::{Bench, alive, eventually, exit, killed};

#[test]
fn the_streams_come_in_order_of_arrival() {
    let bench = Bench::new();
    let gate = bench.fifo("gate");
    let step = bench.start(bench.work(
        Bash,
        "exec 9<>gate; for n in 1 2 3; do echo out $n; read x <&9; echo error $n >&2; read x <&9; done",
    ));
    for number in 1..=3 {
        bench.sink.wait_for(&format!("out {number}\n"), 1);
        step.let_through(&gate);
        bench.sink.wait_for(&format!("error {number}\n"), 1);
        step.let_through(&gate);
    }
    assert_eq!(step.end(), exit(0));
    assert_eq!(
        bench.sink.take(),
        "out 1\nerror 1\nout 2\nerror 2\nout 3\nerror 3\n"
    );
}

#[test]
fn lines_of_two_streams_are_never_mixed() {
    let bench = Bench::new();
    let printed = bench.ok(
        Bash,
        "for n in {1..3000}; do printf oooo; printf 'oooo\\n'; done &\n\
         for n in {1..3000}; do printf eeee; printf 'eeee\\n'; done >&2\n\
         wait\n",
    );
    assert_eq!(printed.matches('o').count(), 24_000);
    assert_eq!(printed.matches('e').count(), 24_000);
    for line in printed.lines() {
        assert!(!(line.contains('o') && line.contains('e')), "{line}");
    }
}

#[test]
fn a_line_without_newline_is_seen_while_the_step_waits() {
    let bench = Bench::new();
    let gate = bench.fifo("gate");
    let step = bench.start(bench.work(
        Bash,
        "exec 9<>gate; printf 'waiting: '; read x <&9; printf done",
    ));
    bench.sink.wait_for("waiting: ", 1);
    step.let_through(&gate);
    assert_eq!(step.end(), exit(0));
    assert_eq!(bench.sink.take(), "waiting: done");
}

#[test]
fn a_line_already_shown_is_ended_before_the_other_stream_writes() {
    let bench = Bench::new();
    let gate = bench.fifo("gate");
    let step = bench.start(bench.work(
        Bash,
        "exec 9<>gate; printf '\\033[31mwaiting: '; read x <&9; echo problem >&2; read x <&9; echo done",
    ));
    bench.sink.wait_for("waiting: ", 1);
    step.let_through(&gate);
    bench.sink.wait_for("problem\n", 1);
    step.let_through(&gate);
    assert_eq!(step.end(), exit(0));
    assert_eq!(
        bench.sink.take(),
        "\x1b[31mwaiting: \x1b[0m\nproblem\n\x1b[31mdone\x1b[0m\n"
    );
}

#[test]
fn of_a_progress_line_the_last_state_is_kept() {
    let bench = Bench::new();
    let printed = bench.ok(
        Bash,
        "printf '\\r%s' {1..500}%; echo; printf 'a\\xff\\033]0;t\\007b'",
    );
    assert_eq!(printed, "500%\na\u{fffd}b");
}

#[test]
fn bytes_that_are_no_text_are_replaced_and_lose_nothing_around_them() {
    let bench = Bench::new();
    let all: String = (0..=255).map(|byte| format!("\\{byte:03o}")).collect();
    let printed = bench.ok(Bash, &format!("printf 'before\\n{all}\\nafter'"));
    assert!(printed.starts_with("before\n"), "{printed:?}");
    assert!(printed.ends_with("\nafter"), "{printed:?}");
    assert!(
        printed.contains("!\"#$%&'()*+,-./0123456789"),
        "{printed:?}"
    );
    let is_odd = |char: char| char.is_control() && char != '\n' && char != '\t';
    assert_eq!(printed.find(is_odd), None, "{printed:?}");
    assert_eq!(
        bench.ok(Bash, "head -c 3000000 /dev/zero; printf '\\nend'"),
        bench.ok(Bash, "head -c 3000000 /dev/zero; echo; printf end")
    );
}

#[test]
fn last_lines_without_newline_of_both_streams_are_whole() {
    let bench = Bench::new();
    let printed = bench.ok(Bash, "printf 'one\\ntwo'; printf 'three\\nfour' >&2");
    let mut lines: Vec<&str> = printed.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["four", "one", "three", "two"]);
    assert_eq!(bench.ok(Bash, "printf 'a\\r\\nb\\r\\n'"), "a\nb\n");
    assert_eq!(
        bench.ok(Bash, "printf '10%%\\r90%%\\r'; echo done"),
        "done\n"
    );
}

/// Hashes what comes, whatever the chunks.
#[derive(Default)]
struct Digesting(Mutex<(DefaultHasher, usize)>);

impl OutputSink for Digesting {
    fn write(&self, text: String) {
        let mut sum = self.0.lock().unwrap();
        sum.0.write(text.as_bytes());
        sum.1 += text.len();
    }
}

#[test]
fn sixty_four_mebibytes_arrive_whole() {
    let bench = Bench::new();
    let sink = Arc::new(Digesting::default());
    let step = bench.start_into(bench.work(Bash, "seq 1 9000000"), sink.clone());
    assert_eq!(step.end(), exit(0));
    let (mut expected, mut length) = (DefaultHasher::new(), 0);
    for number in 1..=9_000_000_u32 {
        let line = format!("{number}\n");
        expected.write(line.as_bytes());
        length += line.len();
    }
    assert!(length > 64 * 1024 * 1024);
    let sum = sink.0.lock().unwrap();
    assert_eq!((sum.1, sum.0.finish()), (length, expected.finish()));
}

#[test]
fn stop_is_heard_while_output_floods() {
    let bench = Bench::new();
    let sink = Arc::new(Digesting::default());
    let step = bench.start_into(bench.work(Bash, "yes"), sink.clone());
    eventually("output", || sink.0.lock().unwrap().1 > 1024 * 1024);
    step.run.cancel(1);
    assert_eq!(step.end(), killed(2));
}

/// Takes nothing until it is let go.
#[derive(Default)]
struct Stuck {
    is_free: Mutex<bool>,
    freed: Condvar,
    is_reached: AtomicBool,
}

impl OutputSink for Stuck {
    fn write(&self, _text: String) {
        self.is_reached.store(true, Ordering::SeqCst);
        let is_free = self.is_free.lock().unwrap();
        drop(self.freed.wait_while(is_free, |is_free| !*is_free).unwrap());
    }
}

#[test]
fn a_stuck_sink_does_not_keep_a_step_from_being_stopped() {
    let bench = Bench::new();
    let sink = Arc::new(Stuck::default());
    let work = bench.work(Bash, "trap '' INT TERM\nyes stuck-sink-test");
    let step = bench.start_into(work, sink.clone());
    eventually("the sink is reached", || {
        sink.is_reached.load(Ordering::SeqCst)
    });
    step.run.cancel(3);
    eventually("the tree is gone", || alive("stuck-sink-test").is_empty());
    *sink.is_free.lock().unwrap() = true;
    sink.freed.notify_all();
    assert_eq!(step.end(), killed(9));
}

#[test]
fn a_daemon_that_holds_the_pipes_does_not_delay_the_end() {
    let bench = Bench::new();
    assert_eq!(bench.ok(Bash, "sleep 1000 &\nprintf done"), "done");
    let leftovers = bench.shells.stop();
    assert_eq!((leftovers.ended, leftovers.survived), (1, 0));
}

#[test]
fn what_a_daemon_writes_later_is_counted_and_does_not_end_it() {
    let bench = Bench::new();
    let gate = bench.fifo("gate");
    let news = bench.fifo("news");
    let text =
        "exec 9<>gate; { read x <&9; echo late; echo still here > news; read x <&9; } &\necho done";
    assert_eq!(bench.ok(Bash, text), "done\n");
    fs::write(&gate, "\n").unwrap();
    let mut heard = String::new();
    std::io::Read::read_to_string(&mut File::open(news).unwrap(), &mut heard).unwrap();
    assert_eq!(heard, "still here\n");
    let leftovers = bench.shells.stop();
    assert_eq!((leftovers.ended, leftovers.bytes_late), (1, 5));
    assert_eq!(bench.sink.take(), "");
}
