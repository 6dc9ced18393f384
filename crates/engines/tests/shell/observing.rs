//! What an expectation and captures see of a step's standard output.

use stepmark_core::plan::Interpreter::{self, Bash};
use stepmark_core::plan::{Captured, CapturedValue, Expectation, Finding};
use stepmark_core::runner::{ShellEnded, WorkEnded};

use super::bench::{Bench, exit, killed, shells};

fn ended(bench: &Bench, shell: Interpreter, text: &str, wanted: Expectation) -> WorkEnded {
    let mut work = bench.work(shell, text);
    work.expectation = Some(wanted);
    bench.run_work(work).0
}

fn found(met: bool, seen: &str) -> WorkEnded {
    WorkEnded::Shell(ShellEnded {
        exit: Some(0),
        finding: Some(Finding {
            met,
            seen: seen.to_owned(),
        }),
        ..ShellEnded::default()
    })
}

fn captured(bench: &Bench, text: &str, names: usize) -> Captured {
    let mut work = bench.work(Bash, text);
    work.captures = (0..names)
        .map(|at| stepmark_core::VariableName::new(format!("v{at}")))
        .collect();
    match bench.run_work(work) {
        (WorkEnded::Shell(shell), _) => shell.captured.expect("it captures and exits with 0"),
        (other, printed) => panic!("{other:?}: {printed}"),
    }
}

fn plain(values: &[&str]) -> Captured {
    let plain = |value: &&str| CapturedValue::Plain((*value).to_owned());
    Ok(values.iter().map(plain).collect())
}

fn equals(text: &str) -> Expectation {
    Expectation::Equals(text.to_owned())
}

#[test]
fn an_expectation_sees_standard_output_and_not_what_is_complained() {
    let bench = Bench::new();
    for shell in shells() {
        let text = "echo ' 42'; echo 43 >&2";
        assert_eq!(
            ended(&bench, shell, text, equals("42")),
            found(true, "the output is “42”"),
            "{shell:?}"
        );
        assert_eq!(
            ended(&bench, shell, text, Expectation::Empty),
            found(false, "the output is “42”"),
            "{shell:?}"
        );
        assert_eq!(
            ended(&bench, shell, "echo 43 >&2", Expectation::Rows),
            found(false, "the output is empty"),
            "{shell:?}"
        );
    }
}

#[test]
fn what_was_printed_is_judged_and_not_what_is_shown_of_it() {
    let bench = Bench::new();
    let mut work = bench.work(Bash, "printf '10%%\\r\\033]0;title\\00720%%\\n'");
    work.expectation = Some(equals("10%\r\x1b]0;title\x0720%"));
    work.captures = vec![stepmark_core::VariableName::new("v")];
    let (ended, printed) = bench.run_work(work);
    assert_eq!(printed, "20%\n");
    let WorkEnded::Shell(ended) = ended else {
        panic!("{ended:?}");
    };
    assert!(ended.finding.is_some_and(|finding| finding.met));
    assert_eq!(ended.captured, Some(plain(&["10%\r\x1b]0;title\x0720%"])));
}

#[test]
fn output_that_comes_in_pieces_is_judged_as_a_whole() {
    let bench = Bench::new();
    let gate = bench.fifo("gate");
    let mut work = bench.work(
        Bash,
        "exec 9<>gate; printf one; read x <&9; printf 'two\\n'",
    );
    work.expectation = Some(equals("onetwo"));
    work.captures = vec![stepmark_core::VariableName::new("v")];
    let step = bench.start(work);
    bench.sink.wait_for("one", 1);
    step.let_through(&gate);
    let WorkEnded::Shell(ended) = step.end() else {
        panic!("it runs");
    };
    assert!(ended.finding.is_some_and(|finding| finding.met));
    assert_eq!(ended.captured, Some(plain(&["onetwo"])));
}

#[test]
fn a_step_that_does_not_exit_with_0_finds_and_captures_nothing() {
    let bench = Bench::new();
    let run = |text: &str| {
        let mut work = bench.work(Bash, text);
        work.expectation = Some(Expectation::Rows);
        work.captures = vec![stepmark_core::VariableName::new("v")];
        bench.run_work(work).0
    };
    assert_eq!(run("echo 1; exit 3"), exit(3));
    assert_eq!(run("echo 1; kill -KILL $$"), killed(9));
}

#[test]
fn a_step_of_which_only_the_exit_code_counts_has_no_finding() {
    let bench = Bench::new();
    assert_eq!(ended(&bench, Bash, "echo", Expectation::Holds), exit(0));
}

#[test]
fn captures_are_all_of_the_output_or_a_line_each() {
    let bench = Bench::new();
    assert_eq!(
        captured(&bench, "printf ' a\\nb\\n\\n'", 1),
        plain(&["a\nb"])
    );
    assert_eq!(
        captured(&bench, "echo a; echo b c; echo d >&2", 2),
        plain(&["a", "b c"])
    );
    assert_eq!(
        captured(&bench, "echo a >&2", 1),
        Err("the output is empty and cannot be captured".to_owned())
    );
    assert_eq!(
        captured(&bench, "printf 'a\\xff'", 1),
        Err("the output is not UTF-8 and cannot be captured".to_owned())
    );
    assert_eq!(
        captured(&bench, "seq 1 3000000", 1),
        Err("the output is longer than 64 KiB and cannot be captured".to_owned())
    );
}

#[test]
fn what_a_background_process_prints_counts_until_the_step_ends() {
    let bench = Bench::new();
    let gate = bench.fifo("gate");
    let text = "exec 9<>gate; echo early & wait; { read x <&9; echo late; } &\n";
    assert_eq!(captured(&bench, text, 1), plain(&["early"]));
    std::fs::write(&gate, "\n").unwrap();
    bench.shells.stop();
    assert_eq!(bench.sink.take(), "");
}
