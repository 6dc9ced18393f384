//! Decisions that are rarer, asked in lines: unknown outcomes, lost sessions, background steps, a step that gets the terminal, and
//! who is in the way.

use std::fs;

use stepmark_tests::{Home, Pty, Server, Session};

fn on_terminal(home: &Home, arguments: &[&str]) -> Pty {
    Pty::start(home.command(arguments), 250, 250)
}

/// A run whose runner was killed while its step `slow` was at work, taken up in lines.
fn taken_up(book: &str) -> (Home, Pty) {
    let home = Home::new();
    home.write("book.md", book);
    home.killed(&["run", "book.md"], "been");
    let pty = on_terminal(&home, &["resume", "last", "--plain", "--orphans", "kill"]);
    pty.shows("unknown, asked about first: slow");
    pty.shows("Nobody knows whether slow took effect (attempt 1, begun ");
    pty.shows("Its runner was gone before an outcome was recorded.");
    (home, pty)
}

const SLOW: &str = "```bash {name=slow}\ntouch been effect; sleep 1000\n```\n\n";
const AFTER: &str = "```bash {name=after}\necho after\n```\n";

#[test]
fn an_unknown_step_is_settled_by_the_operators_word_with_a_reason() {
    let (home, mut pty) = taken_up(&format!("{SLOW}{AFTER}"));
    pty.shows("Probe: none. Undo: none.");
    pty.answer(
        "[1] back  [2] done: you know that it took effect  [3] not done: you know that it did not\nanswer:",
        "b\n",
    );
    pty.answer("answer:", "1\n");
    pty.answer("answer:", "d\n");
    pty.answer("reason (Ctrl-C goes back):", "\n");
    pty.shows("Nothing was typed.");
    pty.answer("reason (Ctrl-C goes back):", "the file is there\n");
    pty.shows("slow was done: the operator says: the file is there");
    pty.answer("answer:", "1\n");
    pty.shows("Every step is done");
    pty.answer("answer:", "9\n");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored());
    let journal = home.journal("book");
    let resolved = journal.of("step_resolved").next().expect("it is settled");
    assert_eq!(resolved["evidence"]["reason"], "the file is there");
    assert!(resolved["evidence"]["by_flag"].is_null(), "no flag said it");
}

#[test]
fn a_probe_settles_an_unknown_step_and_an_undo_makes_it_new() {
    let probe = "```bash {name=seen probe=slow check}\ntest -e effect\n```\n\n";
    let (home, mut pty) = taken_up(&format!("{SLOW}{probe}{AFTER}"));
    pty.answer(
        "[1] back  [2] run seen, which sees whether it was done  [3] done: you know that it took effect  [4] not done: you know that it did not\nanswer:",
        "e\n",
    );
    pty.shows("slow was done: probe seen sees its effect");
    pty.answer("answer:", "q\n");
    pty.ends();
    assert_eq!(home.journal("book").started(), ["slow", "seen"]);

    let undo = "```bash {name=undo-slow rollback=slow}\nrm effect\n```\n\n";
    let (home, mut pty) = taken_up(&format!("{SLOW}{undo}{AFTER}"));
    pty.answer("[4] undo it first\nanswer:", "u\n");
    pty.shows("1. undo-slow undoes slow");
    pty.answer("[1] back  [2] undo all of the run\nanswer:", "2\n");
    pty.shows("The rollback is complete");
    pty.shows("[9] end the run as rolled back  [");
    pty.answer("answer:", "\u{3}");
    pty.shows("Leave? All that has an undo is undone, and the run ends as rolled back.");
    pty.answer("[1] no, stay  [2] yes, leave\nanswer:", "2\n");
    pty.ends();
    assert_eq!(home.journal("book").types().last(), Some(&"run_finished"));
    assert_eq!(home.journal("book").started(), ["slow", "undo-slow"]);
    assert!(!home.path().join("effect").exists());
}

#[test]
fn a_check_that_nobody_knows_of_is_offered_to_run_again_since_it_only_looks() {
    let book =
        "```bash {name=slow check}\ntouch been; until test -e go; do sleep 0.05; done\n```\n\n";
    let (home, mut pty) = taken_up(&format!("{book}{AFTER}"));
    pty.shows("It may run again: it only looks.");
    home.write("go", "");
    pty.answer(
        "[1] back  [2] run it again, which is safe: it only looks  [3] done: you know that it took effect  [4] not done: you know that it did not\nanswer:",
        "e\n",
    );
    pty.shows("[2/2] after (bash)");
    pty.answer("answer:", "q\n");
    pty.ends();
    assert_eq!(home.journal("book").started(), ["slow", "slow"]);
}

#[test]
fn what_a_lost_session_had_is_asked_about_and_waived_with_a_reason() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=set}\nSET work_mem = '5MB';\n```\n\n```sql {name=use}\nSHOW work_mem;\n```\n",
    );
    let mut pty = on_terminal(
        &home,
        &["run", "book.md", "--plain", "--connect", &server.url()],
    );
    pty.answer("answer:", "1\n");
    pty.asks("answer:");
    server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'stepmark%' \
         AND application_name NOT LIKE '%observer'",
    );
    pty.shows("was lost");
    pty.answer("answer:", "1\n");
    pty.shows("set: settings (SET)");
    pty.answer(
        "[1] back  [2] go to the first of them, to run them again  [3] waive it: go on without what was lost\nanswer:",
        "w\n",
    );
    pty.answer("reason (Ctrl-C goes back):", "not needed\n");
    pty.shows("is waived: not needed");
    pty.answer("answer:", "1\n");
    pty.shows("Every step is done");
    pty.answer("answer:", "9\n");
    assert_eq!(pty.ends().code(), Some(0));
    let journal = home.journal("book");
    let waived = journal.of("session_state_waived").next().expect("a waiver");
    assert_eq!(waived["reason"], "not needed");
}

#[test]
fn a_background_step_is_ended_by_its_letter() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=tunnel background}\nsleep 1000\n```\n\n```bash {name=after}\ntrue\n```\n",
    );
    let mut pty = on_terminal(&home, &["run", "book.md", "--plain"]);
    pty.shows("it stays up in the background");
    pty.answer("answer:", "1\n");
    pty.shows("[up] tunnel is up");
    pty.answer("[11] end tunnel\nanswer:", "e\n");
    pty.answer("[1] no  [2] yes, end it\nanswer:", "2\n");
    pty.shows("[down] tunnel is no longer up");
    pty.answer("answer:", "2\n");
    pty.shows("Every step is done");
    pty.answer("answer:", "9\n");
    assert_eq!(pty.ends().code(), Some(0));
}

#[test]
fn a_step_gets_the_terminal_as_it_was_and_lines_go_on_after_it() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=talk interactive}\nread -rp 'your name? ' name; echo \"$name\" > said; stty -echo\n```\n\n```bash {name=after}\necho after\n```\n",
    );
    let mut pty = on_terminal(&home, &["run", "book.md", "--plain"]);
    pty.shows("it gets the terminal");
    pty.answer("answer:", "1\n");
    pty.answer("your name?", "Ada\n");
    pty.answer("answer:", "1\n");
    pty.shows("  after");
    assert!(pty.echoes(), "what the step did to the modes is undone");
    pty.answer("answer:", "9\n");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored());
    let said = fs::read_to_string(home.path().join("said")).expect("the step wrote it");
    assert_eq!(said, "Ada\n");
}

#[test]
fn a_background_step_that_ends_leaves_the_terminal_to_the_step_that_has_it() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=tunnel background}\nuntil test -e go; do sleep 0.05; done\n```\n\n\
         ```bash {name=talk interactive}\ntouch go; read -rp 'your name? ' name; echo \"$name\" > said\n```\n",
    );
    let mut pty = on_terminal(&home, &["run", "book.md", "--plain"]);
    pty.answer("answer:", "1\n");
    pty.shows("[up] tunnel is up");
    pty.answer("answer:", "1\n");
    pty.asks("your name?");
    pty.shows("ended by itself (exit code 0)");
    pty.press("Ada\n");
    pty.answer("answer:", "q\n");
    assert_eq!(pty.ends().code(), Some(1), "the background step failed");
    assert!(pty.is_restored());
    let said = fs::read_to_string(home.path().join("said")).expect("the step wrote it");
    assert_eq!(said, "Ada\n");
}

#[test]
fn who_is_in_the_way_is_told_and_that_they_are_gone() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE t (id int)");
    home.write(
        "book.md",
        "```sql {name=alter}\nALTER TABLE t ADD COLUMN x int;\n```\n",
    );
    let mut other = Session::open(server.cluster(), "shop", "other");
    other.sql("BEGIN; LOCK t;");
    let mut pty = on_terminal(
        &home,
        &["run", "book.md", "--plain", "--connect", &server.url()],
    );
    pty.answer("answer:", "1\n");
    pty.shows("default waits for AccessExclusiveLock on public.t");
    pty.shows("default is blocked by pid ");
    pty.shows("idle in transaction");
    pty.press("b\n");
    other.sql("ROLLBACK;");
    pty.shows("  done, ");
    pty.answer("answer:", "9\n");
    assert_eq!(pty.ends().code(), Some(0));
}
