//! Runs that are taken up again after `kill -9`, a failure, or an edit: nothing twice, nothing lost, nothing guessed.

use std::fs;
use std::process::Child;

use stepmark_tests::{Home, Server};

fn kill(mut child: Child) {
    child.kill().expect("our child");
    child.wait().expect("our child");
}

/// Runs `book` against a new server, and kills the runner once its server works on a statement that sleeps.
fn killed(book: &str, setup: &str) -> (Home, Server) {
    let (home, server) = (Home::new(), Server::new());
    server.sql(setup);
    home.write("book.md", book);
    let child = home.spawn(&["run", "book.md", "--connect", &server.url()]);
    server.wait_for(
        "SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(%' \
         AND state = 'active' AND pid <> pg_backend_pid()",
    );
    kill(child);
    (home, server)
}

fn resume(home: &Home, server: &Server, more: &[&str]) -> stepmark_tests::Outcome {
    let url = server.url();
    let mut arguments = vec!["resume", "last", "--connect", &url];
    arguments.extend(more);
    home.stepmark(&arguments)
}

/// A step that leaves a process which the death of its shell does not end, and is done at once the second time.
const STUCK_ONCE: &str = "```sql {name=first}\nINSERT INTO t VALUES ('first');\n```\n\n\
    ```bash {name=stuck idempotent}\n\
    if [ ! -e been ]; then mkfifo held; setsid sleep 600 & touch been; read line < held; fi\n```\n\n\
    ```sql {name=last}\nINSERT INTO t VALUES ('last');\n```\n";

/// Kills the runner of [`STUCK_ONCE`] once its step has left the process behind.
fn stuck() -> (Home, Server) {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE t (x text)");
    home.write("book.md", STUCK_ONCE);
    home.killed(&["run", "book.md", "--connect", &server.url()], "been");
    (home, server)
}

#[test]
fn what_is_done_stays_done_and_an_idempotent_step_starts_again() {
    let (home, server) = stuck();
    resume(&home, &server, &["--orphans", "kill"]).exits(0);
    assert_eq!(
        server.sql("SELECT string_agg(x, ' ' ORDER BY x) FROM t"),
        "first last"
    );
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["first", "stuck", "stuck", "last"]);
    let settled = journal
        .of("orphans_settled")
        .next()
        .expect("a shell was left over");
    assert_eq!(settled["end"], "killed");
    assert_eq!(journal.types().last(), Some(&"run_finished"));
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn processes_that_outlived_the_runner_are_in_the_way_until_somebody_says_what_becomes_of_them() {
    let (home, server) = stuck();
    resume(&home, &server, &[])
        .exits(3)
        .says(&["stuck is still at work", "--orphans"]);
    assert_eq!(home.journal("book").types().last(), Some(&"step_started"));
    resume(&home, &server, &["--orphans", "kill"]).exits(0);
}

#[test]
fn a_statement_of_the_dead_runner_is_waited_for_and_never_run_beside() {
    let book =
        "```sql {name=slow idempotent}\nSELECT pg_sleep(3); INSERT INTO t VALUES (1);\n```\n";
    let (home, server) = killed(book, "CREATE TABLE t (x int)");
    resume(&home, &server, &[]).exits(0);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["slow", "slow"]);
    assert_eq!(journal.of("target_identified").count(), 2);
}

#[test]
fn a_check_and_a_wait_that_were_cut_off_look_again() {
    for word in ["check", "wait every=10ms timeout=1m"] {
        let book = format!("```sql {{name=look {word}}}\nSELECT pg_sleep(1) IS NOT NULL;\n```\n");
        let (home, server) = killed(&book, "SELECT 1");
        resume(&home, &server, &[]).exits(0);
        assert_eq!(home.journal("book").started(), ["look", "look"]);
    }
    let book = "```sql {name=adds check}\nSELECT pg_sleep(1); INSERT INTO t VALUES (1) RETURNING true;\n```\n";
    let (home, server) = killed(book, "CREATE TABLE t (x int)");
    resume(&home, &server, &[]).exits(75).says(&["adds"]);
}

#[test]
fn a_step_that_nothing_is_known_of_stays_unknown_without_a_person() {
    let book = "```sql {name=slow}\nSELECT pg_sleep(2);\n```\n\n```bash {name=next}\ntrue\n```\n";
    let (home, server) = killed(book, "SELECT 1");
    resume(&home, &server, &[]).exits(75).says(&["slow"]);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["slow"], "not run again");
    assert_eq!(journal.of("step_interrupted").count(), 1);
}

#[test]
fn a_probe_settles_what_the_dead_runner_left_unknown() {
    let book = "```sql {name=add}\nINSERT INTO t VALUES (1); SELECT pg_sleep(2);\n```\n\n\
        ```sql {name=added probe=add}\nSELECT count(*) = 1 FROM t;\n```\n\n\
        ```bash {name=next}\ntrue\n```\n";
    let (home, server) = killed(book, "CREATE TABLE t (x int)");
    resume(&home, &server, &[]).exits(0);
    let journal = home.journal("book");
    let resolved = journal
        .of("step_resolved")
        .next()
        .expect("the probe saw it");
    assert_eq!(resolved["resolution"], "done");
    assert_eq!(resolved["evidence"]["by"], "probe");
    assert_eq!(journal.started(), ["add", "added", "next"]);
    assert_eq!(server.sql("SELECT count(*) FROM t"), "1");
}

#[test]
fn what_failed_is_tried_again_once_its_cause_is_gone() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```bash {name=once}\necho x >> once\n```\n\n```sql {name=needs}\nSELECT * FROM t;\n```\n",
    );
    let url = server.url();
    home.stepmark(&["run", "book.md", "--connect", &url])
        .exits(1);
    server.sql("CREATE TABLE t ()");
    resume(&home, &server, &[]).exits(0);
    assert_eq!(fs::read_to_string(home.path().join("once")).unwrap(), "x\n");
    home.stepmark(&["resume", "last"])
        .exits(2)
        .says(&["finished"]);
}

#[test]
fn a_change_of_what_was_done_is_refused_and_one_of_what_failed_or_is_to_come_is_accepted_on_record()
{
    let (home, server) = (Home::new(), Server::new());
    let book = |a: &str, b: &str, c: &str| {
        let steps = [("a", a), ("b", b), ("c", c)];
        let fences = steps.map(|(name, text)| format!("```bash {{name={name}}}\n{text}\n```\n"));
        home.write("book.md", &fences.join("\n"));
    };
    book("echo a >> log", "flase", "true");
    home.stepmark(&["run", "book.md"]).exits(1);
    book("echo A >> log", "flase", "true");
    resume(&home, &server, &[])
        .exits(3)
        .says(&["a is another text", "begin a new run"]);
    book("echo a >> log", "echo mended", "echo c");
    resume(&home, &server, &[]).exits(3).says(&[
        "b is another text",
        "c is another text",
        "--accept-changes",
    ]);
    resume(&home, &server, &["--accept-changes"]).exits(0);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["a", "b", "b", "c"]);
    let replaced = journal.of("runbook_replaced").next().expect("on record");
    let file = home.runs("book")[0].join(replaced["file"].as_str().unwrap());
    assert!(fs::read_to_string(file).unwrap().contains("echo c"));
    home.stepmark(&["verify", "last"]).exits(0);
    let report = home.stepmark(&["report", "last"]).exits(0).stdout;
    assert!(
        report.contains("flase") && report.contains("echo mended"),
        "{report}"
    );
}

#[test]
fn another_server_than_before_is_refused_before_anything_runs() {
    let (home, server) = stuck();
    let other = Server::new();
    resume(&home, &other, &["--orphans", "kill"])
        .exits(3)
        .says(&["leads somewhere else", "system identifier"]);
    assert_eq!(server.sql("SELECT count(*) FROM t"), "1");
}

#[test]
fn inputs_keep_their_values_and_another_value_is_refused() {
    let home = Home::new();
    home.write(
        "book.md",
        "---\ninputs:\n  who: { default: ada }\n  token: { secret: true, env: TOKEN }\n---\n\
         ```bash {name=say}\necho \"$who ${#token}\"; test -e go\n```\n",
    );
    let run = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("TOKEN", "hunter2hunter2");
        stepmark_tests::Outcome::of(command)
    };
    run(&["run", "book.md", "--set", "who=bob"]).exits(1);
    run(&["resume", "last", "--set", "who=eve"])
        .exits(3)
        .says(&["another value", "who = bob"]);
    home.write("go", "");
    run(&["resume", "last"]).exits(0).says(&["bob 14"]);
}

#[test]
fn a_run_that_is_being_run_is_not_taken_up() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=held}\nmkfifo held; read line < held\n```\n",
    );
    let child = home.spawn(&["run", "book.md"]);
    home.when_started("book", 1);
    home.stepmark(&["resume", "last"])
        .exits(3)
        .says(&["another stepmark is running"]);
    kill(child);
    home.stepmark(&["resume", "last", "--orphans", "kill"])
        .exits(75);
}

#[test]
fn a_torn_last_line_is_closed_off_and_told() {
    let home = Home::new();
    home.write("book.md", "```bash {name=a}\ntest -e go\n```\n");
    home.stepmark(&["run", "book.md"]).exits(1);
    home.write("go", "");
    let journal = home.runs("book")[0].join("journal.jsonl");
    let mut bytes = fs::read(&journal).unwrap();
    bytes.extend_from_slice(b"{\"v\":1,\"seq\":99");
    fs::write(&journal, bytes).unwrap();
    home.stepmark(&["resume", "last"]).exits(0);
    let text = fs::read_to_string(&journal).unwrap();
    assert_eq!(text.matches("\"type\":\"tail_recovered\"").count(), 1);
    assert_eq!(text.matches("\"type\":\"run_finished\"").count(), 1);
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn what_a_killed_comparison_compares_with_is_asked_for_again_before_it() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=there}\nSELECT 1 AS n;\n```\n\n```sql {name=here same=there}\nSELECT pg_sleep(2);\nSELECT 1 AS n;\n```\n",
    );
    let url = server.url();
    let child = home
        .command(&["run", "book.md", "--connect", &url])
        .spawn()
        .expect("the binary starts");
    server.wait_for(
        "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE '%sleep(2)%'",
    );
    kill(child);
    resume(&home, &server, &[]).exits(0);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["there", "here", "there", "here"]);
}
