//! The real binary on a pseudo-terminal: keys, a click, a reason, and a terminal that is as it was.

use stepmark_tests::{Home, Pty, Server};

const BOOK: &str = "# Small steps\n\n## Make\n\n```sql {name=make}\nCREATE TABLE t (id int);\nINSERT INTO t VALUES (41), (42);\n```\n\n\
    ## Look\n\n```sql {name=look}\nSELECT id AS answer FROM t;\n```\n\n\
    ## Shell\n\n```bash {name=shell}\necho from the shell\n```\n\n\
    ## Wait\n\n```bash {name=wait}\nread line < fifo\n```\n\n\
    ## Last\n\n```bash {name=last}\necho never\n```\n";

fn open(home: &Home, server: &Server) -> Pty {
    home.write("book.md", BOOK);
    let mut command = home.command(&["book.md"]);
    command.env("DATABASE_URL", server.url());
    let mut pty = Pty::start(command, 24, 80);
    pty.shows("Nothing has run yet");
    pty.shows("shop");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty
}

#[test]
fn enter_a_click_a_reason_and_leaving_are_what_the_journal_says() {
    let (home, server) = (Home::new(), Server::new());
    let mut pty = open(&home, &server);

    pty.press("\r");
    pty.shows("done");
    pty.shows("INSERT 0 2");

    pty.shows("[ Run ]");
    let (column, row) = pty.find("[ Run ]");
    pty.click(column + 2, row);
    pty.shows("answer");
    pty.shows("(2 rows)");

    pty.press("s");
    pty.shows("reason");
    pty.press("done by hand\r");
    pty.hides("reason");

    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(4));
    assert!(pty.is_restored(), "the terminal is not as it was");
    pty.shows("stopped before the end; 2 of 5 steps are done, 1 skipped");

    let journal = home.journal("book");
    assert_eq!(
        journal.types(),
        [
            "run_started",
            "target_identified",
            "step_started",
            "step_finished",
            "step_started",
            "step_finished",
            "step_skipped",
            "run_paused"
        ]
    );
    assert_eq!(journal.started(), ["make", "look"]);
    let skipped = journal.of("step_skipped").next().expect("a skip");
    assert_eq!(
        (&skipped["step"], &skipped["reason"]),
        (&"shell".into(), &"done by hand".into())
    );
    assert_eq!(journal.lines[0]["mode"], "interactive");
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn running_on_then_cancelling_stops_the_step_and_the_operator_decides() {
    let (home, server) = (Home::new(), Server::new());
    rustix::fs::mkfifoat(
        rustix::fs::CWD,
        home.path().join("fifo"),
        rustix::fs::Mode::from(0o600),
    )
    .expect("a fifo");
    let mut pty = open(&home, &server);
    pty.press("a");
    pty.shows("from the shell");
    home.when_started("book", 4);
    pty.shows("Output of wait");
    pty.shows("[ Cancel ]");
    pty.press("c");
    pty.shows("cancelled");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(1));
    assert!(pty.is_restored());
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["make", "look", "shell", "wait"]);
    assert_eq!(journal.outcome("wait")["failure"]["cause"], "cancelled");
}

#[test]
fn a_resize_storm_and_a_tiny_terminal_are_survived() {
    let (home, server) = (Home::new(), Server::new());
    let mut pty = open(&home, &server);
    for step in 1..60_u16 {
        pty.resize(1 + step % 40, 1 + step * 3 % 160);
    }
    pty.resize(30, 100);
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("done in");
    pty.press("qq");
    pty.ends();
    assert!(pty.is_restored());
}

#[test]
fn a_signal_puts_the_run_down_and_the_terminal_back() {
    let (home, server) = (Home::new(), Server::new());
    let mut pty = open(&home, &server);
    let id = rustix::process::Pid::from_child(&pty.child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("our child");
    assert_eq!(pty.ends().code(), Some(4));
    assert!(pty.is_restored());
    assert_eq!(home.journal("book").types().last(), Some(&"run_paused"));
}

#[test]
fn an_open_transaction_is_in_view_and_leaving_asks_about_it() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", "```sql {name=begin}\nBEGIN;\nCREATE TABLE t (id int);\n```\n\n```sql {name=end}\nCOMMIT;\n```\n");
    let mut command = home.command(&["run", "book.md"]);
    command.env("DATABASE_URL", server.url());
    let mut pty = Pty::start(command, 24, 80);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("OPEN");
    pty.press("qq");
    pty.shows("transaction");
    pty.press("y");
    assert_eq!(pty.ends().code(), Some(4));
    let journal = home.journal("book");
    let ended = journal.of("transaction_ended").next().expect("it ended");
    assert_eq!(ended["end"], "rolled_back");
    assert_eq!(server.sql("SELECT to_regclass('t') IS NULL"), "t");
}
