//! Values that a step hands out by `$STEPMARK_OUTPUT`.

use stepmark_core::VariableName;
use stepmark_core::plan::Interpreter::{self, Bash};
use stepmark_core::plan::{Captured, CapturedValue};
use stepmark_core::runner::WorkEnded;
use stepmark_engines::shell::ShellWork;

use super::bench::{Bench, exit, shells};

fn of(bench: &Bench, mut work: ShellWork, names: &[&str]) -> (Option<Captured>, String) {
    work.captures = names.iter().copied().map(VariableName::new).collect();
    match bench.run_work(work) {
        (WorkEnded::Shell(shell), printed) => (shell.captured, printed),
        (other, printed) => panic!("{other:?}: {printed}"),
    }
}

fn captured(bench: &Bench, shell: Interpreter, text: &str, names: &[&str]) -> Captured {
    let (captured, printed) = of(bench, bench.work(shell, text), names);
    captured.unwrap_or_else(|| panic!("it captures and exits with 0: {printed}"))
}

fn plain(values: &[&str]) -> Captured {
    let plain = |value: &&str| CapturedValue::Plain((*value).to_owned());
    Ok(values.iter().map(plain).collect())
}

#[test]
fn values_come_from_the_file_and_no_longer_from_what_is_printed() {
    for shell in shells() {
        let bench = Bench::new();
        let text = "echo printed\necho \"b=2\" >> \"$STEPMARK_OUTPUT\"\n\
                    { echo 'a<<END'; echo ' x'; echo 'b=3'; echo END; } >> \"$STEPMARK_OUTPUT\"";
        assert_eq!(
            captured(&bench, shell, text, &["a", "b"]),
            plain(&[" x\nb=3", "2"]),
            "{shell:?}"
        );
        assert_eq!(
            captured(
                &bench,
                shell,
                "echo a=1 > \"$STEPMARK_OUTPUT\"; echo 2",
                &["a"]
            ),
            plain(&["1"])
        );
        assert_eq!(captured(&bench, shell, "echo a=1", &["a"]), plain(&["a=1"]));
    }
}

#[test]
fn a_step_may_hand_out_after_exec_and_from_any_program() {
    let bench = Bench::new();
    let text = "exec sh -c 'exec env -i OUT=\"$STEPMARK_OUTPUT\" sh -c \"echo a=1 >> \\$OUT\"'";
    assert_eq!(captured(&bench, Bash, text, &["a"]), plain(&["1"]));
    let text = "import os\nopen(os.environ['STEPMARK_OUTPUT'], 'a').write('a=1\\nb=2')";
    let (values, _) = of(&bench, bench.script(&["python3"], text), &["a", "b"]);
    assert_eq!(values, Some(plain(&["1", "2"])));
}

#[test]
fn what_is_wrong_in_the_file_fails_the_capture_and_is_told_by_its_line() {
    let bench = Bench::new();
    for (text, why) in [
        (
            "a=1\nc=2",
            "line 2 of $STEPMARK_OUTPUT: c is not in `capture=`",
        ),
        ("b=1", "the step gave a no value in $STEPMARK_OUTPUT"),
        ("\na: 1", "line 2 of $STEPMARK_OUTPUT: it is neither"),
    ] {
        let text = format!("echo 1; echo 2; printf '{text}' > \"$STEPMARK_OUTPUT\"");
        let said = captured(&bench, Bash, &text, &["a", "b"]).unwrap_err();
        assert!(said.starts_with(why), "{said}");
    }
    let flood = "head -c 300000 /dev/zero > \"$STEPMARK_OUTPUT\"";
    let said = captured(&bench, Bash, flood, &["a"]).unwrap_err();
    assert!(said.contains("300000 bytes"), "{said}");
}

#[test]
fn the_file_is_of_one_step_on_no_disk_and_not_there_without_captures() {
    let bench = Bench::new();
    assert_eq!(bench.ok(Bash, "echo ${STEPMARK_OUTPUT-none}"), "none\n");
    let text = "echo a=hunter2-handed-out > \"$STEPMARK_OUTPUT\"; export KEPT=$STEPMARK_OUTPUT";
    assert_eq!(
        captured(&bench, Bash, text, &["a"]),
        plain(&["hunter2-handed-out"])
    );
    let text = "echo ${STEPMARK_OUTPUT-none}; cat \"$KEPT\" 2>/dev/null || echo gone";
    assert_eq!(bench.ok(Bash, text), "none\ngone\n");
    for entry in std::fs::read_dir(bench.state()).unwrap().flatten() {
        let kept = std::fs::read(entry.path()).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&kept).contains("hunter2"));
    }
}

#[test]
fn a_step_that_fails_hands_nothing_out() {
    let bench = Bench::new();
    let mut work = bench.work(Bash, "echo a=1 > \"$STEPMARK_OUTPUT\"; exit 3");
    work.captures = vec![VariableName::new("a")];
    assert_eq!(bench.run_work(work).0, exit(3));
}
