//! Runs that are undone and taken up again at the screen: a person looks, presses, and the journal says so.

use stepmark_tests::{Home, Pty, Server};

/// The screen over `arguments`, at its first page.
fn opened(home: &Home, server: &Server, arguments: &[&str]) -> Pty {
    let mut command = home.command(arguments);
    command.env("DATABASE_URL", server.url());
    let pty = Pty::start(command, 24, 80);
    pty.shows("[ Begin (Enter) ]");
    pty
}

/// The run of `book` whose runner was killed once `count` steps had started and `seen` was true.
fn killed(book: &str, setup: &str, count: usize, seen: &str) -> (Home, Server) {
    let (home, server) = (Home::new(), Server::new());
    server.sql(setup);
    home.write("book.md", book);
    let mut child = home.spawn(&["run", "book.md", "--connect", &server.url()]);
    home.when_started("book", count);
    server.wait_for(seen);
    child.kill().expect("our child");
    child.wait().expect("our child");
    (home, server)
}

#[test]
fn a_run_is_undone_on_the_screen_and_ends_as_rolled_back() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=make}\nCREATE TABLE t (id int);\n```\n\n```sql {rollback=make}\nDROP TABLE t;\n```\n\n\
         ```bash {name=touch}\ntouch there\n```\n\n```bash {rollback=touch}\nrm there\n```\n",
    );
    let mut pty = opened(&home, &server, &["book.md"]);
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("a");
    pty.shows("every step is done");
    assert!(home.path().join("there").exists());
    pty.press("u");
    pty.shows("Undone one after the other");
    pty.shows("[ All of the run (a) ]");
    pty.press("a");
    pty.shows("all that has an undo is undone");
    assert!(!home.path().join("there").exists());
    assert_eq!(server.sql("SELECT to_regclass('t') IS NULL"), "t");
    pty.press("qq");
    pty.ends();
    assert!(pty.is_restored());
    pty.shows("rolled back");
    let journal = home.journal("book");
    let finished = journal.of("run_finished").next().expect("it ended");
    assert_eq!(finished["verdict"], "rolled_back");
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_rollback_that_was_asked_for_waits_until_it_was_looked_at() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```bash {name=touch}\ntouch there\n```\n\n```bash {rollback=touch}\nrm there\n```\n",
    );
    home.stepmark(&["run", "book.md"]).exits(0);
    let mut pty = opened(&home, &server, &["rollback", "last"]);
    pty.shows("Taken up");
    pty.press("\r");
    pty.shows("[ All of the run (a) ]");
    let untouched = home.journal("book");
    assert_eq!(untouched.of("rollback_started").count(), 0);
    pty.press("a");
    pty.shows("all that has an undo is undone");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(!home.path().join("there").exists());
}

#[test]
fn the_operator_settles_what_the_dead_runner_left_unknown() {
    let book = "```sql {name=first}\nCREATE TABLE u ();\n```\n\n\
        ```sql {name=slow}\nINSERT INTO t VALUES (1); SELECT pg_sleep(2);\n```\n\n```bash {name=next}\necho went on\n```\n";
    let seen = "SELECT count(*) = 1 FROM t";
    let (home, server) = killed(book, "CREATE TABLE t (x int)", 2, seen);
    let mut pty = opened(&home, &server, &["resume", "last"]);
    pty.shows("unknown, asked about first: slow");
    pty.shows("done: first");
    pty.press("\r");
    pty.shows("Nobody knows whether it took effect");
    pty.shows("taken up, run of");
    pty.press("d");
    pty.shows("How is it known that slow was done?");
    pty.press("the row is there\r");
    pty.shows("the operator says");
    pty.hides("How is it known");
    pty.shows("[ Run ]");
    pty.press("a");
    pty.shows("went on");
    pty.shows("every step is done");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored());
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["first", "slow", "next"]);
    let resolved = journal.of("step_resolved").next().expect("it was settled");
    assert_eq!(resolved["resolution"], "done");
    assert_eq!(resolved["evidence"]["reason"], "the row is there");
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_probe_settles_on_the_screen_what_the_dead_runner_left_unknown() {
    let book = "```sql {name=add}\nINSERT INTO t VALUES (1); SELECT pg_sleep(2);\n```\n\n\
        ```sql {name=added probe=add}\nSELECT count(*) = 1 FROM t;\n```\n\n```bash {name=next}\necho went on\n```\n";
    let seen = "SELECT count(*) = 1 FROM t";
    let (home, server) = killed(book, "CREATE TABLE t (x int)", 1, seen);
    let mut pty = opened(&home, &server, &["resume", "last"]);
    pty.press("\r");
    pty.shows("[ Look for evidence (e) ]");
    pty.press("e");
    pty.hides("Nobody knows whether it took effect");
    pty.shows("[ Run ]");
    pty.press("a");
    pty.shows("every step is done");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(0));
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["add", "added", "next"]);
    let resolved = journal
        .of("step_resolved")
        .next()
        .expect("the probe saw it");
    assert_eq!(resolved["evidence"]["by"], "probe");
    assert_eq!(server.sql("SELECT count(*) FROM t"), "1");
}
