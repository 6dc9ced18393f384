//! The real binary asked to tell and ask in lines: every decision by number or letter, no cursor movement, and a terminal that
//! is as it was.

use std::process::Command;

use stepmark_tests::{Home, Journal, Pty, Server};

const STUCK: &str = "# Stuck\n\n```bash {name=stuck}\nmkfifo held; echo waiting; read line < held\n```\n\n```bash {name=after}\necho after\n```\n";

fn plain(home: &Home, arguments: &[&str]) -> Command {
    let mut all = vec!["run", "book.md", "--plain"];
    all.extend(arguments);
    home.command(&all)
}

/// A terminal that is long enough for all that is told.
fn on_terminal(command: Command) -> Pty {
    Pty::start(command, 200, 250)
}

/// Answers each prompt that ends in a word of the first column with the second.
#[track_caller]
fn answer(pty: &mut Pty, answers: &[(&str, &str)]) {
    for (prompt, text) in answers {
        pty.answer(prompt, text);
    }
}

fn journal(home: &Home) -> Journal {
    home.journal("book")
}

#[test]
fn a_run_is_told_and_asked_about_in_lines_and_the_journal_says_what_was_answered() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "# Small steps\n\nWhy it is **done**.\n\n## Make\n\n```sql {name=make}\nCREATE TABLE t (id int);\nINSERT INTO t VALUES (41), (42);\n```\n\n\
         ## Ask\n\n```sql {name=look confirm}\nSELECT id AS answer FROM t;\n```\n\n```bash {name=typed confirm=\"drop it\"}\necho dropped\n```\n\n\
         - [ ] Look it up <!-- {name=hand capture=number} -->\n\n```bash {name=use}\necho \"number $number\"\n```\n\n```bash {name=last}\necho never\n```\n",
    );
    let mut pty = on_terminal(plain(&home, &["--connect", &server.url()]));
    pty.shows("Nothing runs by itself");
    pty.shows("default: database shop");
    pty.shows("Why it is done.");
    pty.shows("[1] run  [2] run on  [3] skip  [5] note  [6] another step  [8] more  [9] leave");
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.shows("INSERT 0 2");
    answer(&mut pty, &[("answer:", "r\n"), ("answer:", "n\n")]);
    pty.shows("look was not confirmed, and did not run");
    answer(&mut pty, &[("answer:", "run\n"), ("answer:", "yes\n")]);
    pty.shows("(2 rows)");
    answer(
        &mut pty,
        &[
            ("answer:", "1\n"),
            ("(Ctrl-C goes back):", "drop\n"),
            ("(Ctrl-C goes back):", "drop it\n"),
        ],
    );
    pty.shows("  dropped");
    answer(
        &mut pty,
        &[("answer:", "1\n"), ("number (Ctrl-C goes back):", "42\n")],
    );
    pty.shows("captured number = 42");
    answer(
        &mut pty,
        &[
            ("answer:", "n\n"),
            ("note (Ctrl-C goes back):", "seen by me\n"),
            ("answer:", "1\n"),
        ],
    );
    pty.shows("  number 42");
    answer(
        &mut pty,
        &[
            ("answer:", "3\n"),
            ("reason (Ctrl-C goes back):", "done by hand\n"),
        ],
    );
    pty.shows("Every step is done");
    answer(&mut pty, &[("answer:", "9\n")]);
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored(), "the terminal is not as it was");
    assert!(!pty.has_moved(), "it moved the cursor");
    let journal = journal(&home);
    assert_eq!(journal.started(), ["make", "look", "typed", "hand", "use"]);
    assert_eq!(journal.lines[0]["mode"], "interactive");
    let confirmed: Vec<_> = journal
        .of("step_confirmed")
        .map(|line| &line["answer"])
        .collect();
    assert_eq!(confirmed, ["y", "drop it"]);
    let skipped = journal.of("step_skipped").next().expect("a skip");
    assert_eq!(skipped["reason"], "done by hand");
    let note = journal.of("note_added").next().expect("a note");
    assert_eq!(
        (&note["step"], &note["text"]),
        (&"use".into(), &"seen by me".into())
    );
    assert_eq!(journal.types().last(), Some(&"run_finished"));
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn control_c_cancels_the_step_and_at_a_question_leaves_and_the_run_goes_on_later() {
    let home = Home::new();
    home.write("book.md", STUCK);
    let mut pty = on_terminal(plain(&home, &[]));
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.shows("  waiting");
    pty.press("what\n");
    pty.shows("A step is under way");
    pty.press("n it hangs\n");
    pty.shows("[note] stuck: it hangs");
    pty.press("\x03");
    pty.shows("FAILED");
    pty.answer(
        "[1] try again  [3] skip  [5] note  [6] another step  [8] more  [9] leave\nanswer:",
        "\x03",
    );
    pty.answer("[1] no, stay  [2] yes, leave\nanswer:", "1\n");
    pty.answer("answer:", "\x04");
    pty.answer("[1] no, stay  [2] yes, leave\nanswer:", "leave\n");
    assert_eq!(pty.ends().code(), Some(1));
    assert!(pty.is_restored());
    let run = journal(&home).lines[0]["run"]
        .as_str()
        .expect("an id")
        .to_owned();
    pty.shows(&format!("next: stepmark resume {run} --plain\n"));
    let mut pty = on_terminal(home.command(&["resume", &run, "--plain"]));
    pty.shows("This run is taken up. Run by");
    pty.shows("failed, to be tried again: stuck");
    answer(
        &mut pty,
        &[
            ("answer:", "3\n"),
            ("reason (Ctrl-C goes back):", "it hangs\n"),
            ("answer:", "2\n"),
        ],
    );
    pty.shows("Every step is done");
    answer(&mut pty, &[("answer:", "q\n")]);
    assert_eq!(pty.ends().code(), Some(0));
    assert_eq!(journal(&home).started(), ["stuck", "after"]);
}

#[test]
fn a_second_q_cancels_the_step_and_leaves() {
    let home = Home::new();
    home.write("book.md", STUCK);
    let mut pty = on_terminal(plain(&home, &[]));
    answer(&mut pty, &[("answer:", "2\n")]);
    pty.shows("  waiting");
    pty.press("q\n");
    pty.shows("q and Enter once more");
    pty.press("q\n");
    assert_eq!(pty.ends().code(), Some(4));
    assert!(pty.is_restored());
    assert_eq!(
        journal(&home).outcome("stuck")["failure"]["cause"],
        "cancelled"
    );
}

#[test]
fn what_is_typed_while_a_step_runs_starts_no_other_one() {
    let home = Home::new();
    home.write("book.md", STUCK);
    let mut pty = on_terminal(plain(&home, &[]));
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.shows("  waiting");
    pty.press("1\n1\n1");
    pty.shows("A step is under way");
    std::fs::write(home.path().join("held"), "go\n").expect("the step reads it");
    pty.shows("[2/2] after (bash)");
    pty.answer("answer:", "9\n");
    assert_eq!(pty.ends().code(), Some(4));
    assert_eq!(journal(&home).started(), ["stuck"]);
}

#[test]
fn a_dumb_terminal_is_asked_in_lines_without_a_flag() {
    let home = Home::new();
    home.write(
        "book.md",
        "# One\n\n```bash {name=one}\nprintf '\\033[31mred\\033[0m\\n'\n```\n",
    );
    let mut command = home.command(&["book.md"]);
    command.env("TERM", "dumb");
    let mut pty = on_terminal(command);
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.shows("  red");
    answer(&mut pty, &[("answer:", "9\n")]);
    assert_eq!(pty.ends().code(), Some(0));
    assert!(!pty.has_moved());
}

#[test]
fn a_signal_puts_the_run_down_at_a_question_and_while_a_step_runs() {
    for number in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        for runs in [false, true] {
            let home = Home::new();
            home.write("book.md", STUCK);
            let mut pty = on_terminal(plain(&home, &[]));
            pty.asks("answer:");
            if runs {
                pty.press("1\n");
                pty.shows("  waiting");
            }
            let pid = i32::try_from(pty.child.id()).expect("a pid");
            // SAFETY: it is our own child, which was not waited for.
            assert_eq!(unsafe { libc::kill(pid, number) }, 0);
            assert_eq!(pty.ends().code(), Some(4), "signal {number}");
            assert!(pty.is_restored(), "signal {number}");
            assert_eq!(journal(&home).types().last(), Some(&"run_paused"));
        }
    }
}

#[test]
fn a_transaction_is_told_rolled_back_and_asked_about_before_leaving() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "# T\n\n```sql {name=begin}\nBEGIN;\nCREATE TABLE t ();\n```\n\n```sql {name=commit}\nCOMMIT;\n```\n",
    );
    let mut pty = on_terminal(plain(&home, &["--connect", &server.url()]));
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.shows("a transaction is open and holds begin");
    pty.answer(
        "[7] roll the open transaction back  [8] more  [9] leave\nanswer:",
        "x\n",
    );
    pty.shows("Send ROLLBACK on default? The step held in it is undone.");
    answer(&mut pty, &[("answer:", "y\n")]);
    pty.shows("begin (sql, undone)");
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.shows("[2/2] commit (sql)");
    pty.answer("answer:", "9\n");
    pty.shows("which rolls its transaction back");
    pty.answer("[1] no  [2] yes, roll back and leave\nanswer:", "1\n");
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.shows("Every step is done");
    answer(&mut pty, &[("answer:", "9\n")]);
    assert_eq!(pty.ends().code(), Some(0));
    assert_eq!(journal(&home).of("transaction_ended").count(), 2);
}

#[test]
fn a_run_is_undone_in_lines_and_production_wants_the_word() {
    let home = Home::new();
    home.write(
        "book.md",
        "---\nenvironment: production\n---\n# U\n\n```bash {name=one}\ntouch one\n```\n\n```bash {name=undo-one rollback=one}\nrm one\n```\n\n\
         ```bash {name=two}\ntouch two\n```\n\n```bash {name=undo-two rollback=two}\nrm two\n```\n\n```bash {name=three}\ntrue\n```\n",
    );
    let mut pty = on_terminal(plain(&home, &[]));
    answer(
        &mut pty,
        &[
            ("Ctrl-C to leave:", "production\n"),
            ("answer:", "1\n"),
            ("answer:", "1\n"),
        ],
    );
    pty.shows("[3/3] three (bash)");
    pty.shows("this is PRODUCTION");
    answer(&mut pty, &[("answer:", "4\n")]);
    pty.shows("1. undo-two undoes two");
    pty.shows("2. undo-one undoes one");
    pty.answer("[1] back  [2] undo all of the run\nanswer:", "1\n");
    answer(&mut pty, &[("answer:", "undo\n")]);
    answer(
        &mut pty,
        &[("answer:", "a\n"), ("(Ctrl-C goes back):", "undo\n")],
    );
    pty.shows("The rollback is complete: all that has an undo is undone.");
    pty.answer("answer:", "9\n");
    pty.ends();
    let journal = journal(&home);
    assert_eq!(journal.started(), ["one", "two", "undo-two", "undo-one"]);
    assert_eq!(journal.types().last(), Some(&"run_finished"));
    assert!(!home.path().join("one").exists() && !home.path().join("two").exists());
}

#[test]
fn what_does_not_work_says_why_and_a_step_is_gone_to_by_number_or_name() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "# W\n\n```sql {name=begin}\nBEGIN;\n```\n\n```sql {name=dup needs=begin required}\nSELECT 1/0;\n```\n\n```sql {name=commit}\nCOMMIT;\n```\n",
    );
    let mut pty = on_terminal(plain(&home, &["--connect", &server.url()]));
    pty.shows("1 step cannot be skipped");
    answer(&mut pty, &[("answer:", "u\n")]);
    pty.shows("That does not work now: nothing that was done has an undo");
    answer(&mut pty, &[("answer:", "1\n"), ("answer:", "1\n")]);
    pty.shows("its transaction has failed and can only be rolled back");
    answer(&mut pty, &[("answer:", "s\n")]);
    pty.shows("That does not work now: step dup is required and cannot be skipped.");
    answer(&mut pty, &[("answer:", "7\n"), ("answer:", "yes\n")]);
    pty.shows("It cannot run now: step dup needs begin (undone) first.");
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.shows("That does not work now: step dup needs begin (undone) first.");
    answer(&mut pty, &[("answer:", "99\n")]);
    pty.shows("That is none of the answers; 8 tells all of them.");
    answer(&mut pty, &[("answer:", "commit\n")]);
    pty.shows("[3/3] commit (sql)");
    answer(&mut pty, &[("answer:", "6 1\n")]);
    pty.shows("[1/3] begin (sql, undone)");
    answer(&mut pty, &[("answer:", "5 from the prompt\n")]);
    pty.shows("[note] begin: from the prompt");
    answer(&mut pty, &[("answer:", "q\n")]);
    assert_eq!(pty.ends().code(), Some(1));
}

#[test]
fn what_a_statement_printed_is_told_before_the_commit_that_follows_it() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "# C\n\n```sql {name=make transaction}\nCREATE TABLE t (id int);\nINSERT INTO t VALUES (1), (2);\n```\n\n```bash {name=fails}\nfalse\n```\n",
    );
    let url = server.url();
    let ran = home.stepmark(&["run", "book.md", "--yes", "--connect", &url]);
    let at = |text: &str| ran.stdout.find(text).expect(text);
    assert!(
        at("INSERT 0 2") < at("about to commit transaction"),
        "{}",
        ran.stdout
    );
    let resumed = home.stepmark(&["resume", "last", "--yes", "--connect", &url]);
    let told = resumed.exits(1).stdout;
    assert!(told.contains("taken up: 1 of 2 steps are done\n"), "{told}");
    assert_eq!(told.matches("FAILED").count(), 1, "{told}");
}

#[test]
fn a_step_is_told_once_and_only_what_is_new_of_it_again() {
    let home = Home::new();
    home.write(
        "book.md",
        "# O\n\nProse.\n\n```bash {name=one}\necho said; false\n```\n",
    );
    let mut pty = on_terminal(plain(&home, &[]));
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.answer("[1/1] one (bash, failed) O\none: [1] try again  [3] skip  [5] note  [8] more  [9] leave\nanswer:", "16\n");
    pty.shows("Attempt 1 before: failed");
    answer(&mut pty, &[("answer:", "1\n")]);
    pty.shows("  begun, attempt 2\n  said\n");
    pty.answer("answer:", "9\n");
    pty.ends();
    let told = pty.contents();
    assert_eq!(told.matches("[1/1] one (bash").count(), 4, "{told}");
    assert_eq!(told.matches("On this machine.").count(), 2, "{told}");
}

#[test]
fn nobody_to_answer_is_a_mistake_and_not_a_run() {
    let home = Home::new();
    home.write("book.md", STUCK);
    home.stepmark(&["run", "book.md", "--plain"])
        .exits(2)
        .says(&["--plain asks at the terminal, and stdin is none"]);
    home.stepmark(&["run", "book.md", "--plain", "--yes"])
        .exits(2);
    assert!(home.runs("book").is_empty());
}
