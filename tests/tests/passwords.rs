//! A password that a server wants and nothing gives: asked for at a terminal, named without one. Through the binary.

use std::process::Command;

use stepmark_scratch::{ClusterOptions, Listen};
use stepmark_tests::{Home, Outcome, Pty, Server};

const BOOK: &str = "# Look

```sql {name=who}
SELECT 'sql as ' || current_user AS who;
```

```bash {name=shell}
psql -X -w -A -t -c \"SELECT 'shell as ' || current_user\"
```
";

/// A server on which the role `locked` needs its password, and the URL of that role without it.
fn server() -> (Server, String) {
    let server = Server::with(ClusterOptions {
        listen: Listen::Loopback,
        ..ClusterOptions::default()
    });
    server.sql("create role locked login password 'hunter22'");
    let file = server.sql("show hba_file");
    let old = std::fs::read_to_string(&file).expect("a file of the test's own");
    let new = format!("host all locked 127.0.0.1/32 scram-sha-256\n{old}");
    std::fs::write(&file, new).expect("a file of the test's own");
    let loaded = server.sql("select pg_conf_load_time()");
    server.sql("select pg_reload_conf()");
    server.wait_for(&format!("select pg_conf_load_time() <> '{loaded}'"));
    let port = server.cluster().port();
    (server, format!("postgresql://locked@127.0.0.1:{port}/shop"))
}

/// Whether any file below `home` holds `text`.
fn is_kept(home: &Home, text: &str) -> bool {
    let mut grep = Command::new("grep");
    grep.args(["-rlF", text]).arg(home.path());
    !Outcome::of(grep).stdout.is_empty()
}

#[test]
fn a_missing_password_is_asked_for_once_and_serves_every_step() {
    let (_server, url) = server();
    let home = Home::new();
    home.write("book.md", BOOK);
    let command = home.command(&["run", "book.md", "--connect", &url]);
    let mut pty = Pty::start(command, 30, 100);
    let prompt = format!("Password for default, {url}:");
    pty.asks(&prompt);
    pty.press("wrong\r");
    // What is typed before the question stands there again cannot be seen either.
    pty.shows("The server does not take it.");
    assert!(!pty.echoes());
    let again = format!("The server does not take it.\n{prompt}");
    pty.asks(&again);
    pty.press("hunter22\r");
    pty.shows("Nothing has run yet");
    assert!(!pty.contents().contains("hunter22"), "{}", pty.contents());
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("sql as locked");
    pty.shows("1/2");
    pty.press("\r");
    pty.shows("shell as locked");
    pty.shows("every step is done");
    pty.press("qq");
    pty.ends();
    assert!(pty.is_restored(), "{}", pty.contents());
    assert!(!is_kept(&home, "hunter22"));
}

#[test]
fn leaving_the_question_makes_nothing() {
    let (_server, url) = server();
    let home = Home::new();
    home.write("book.md", BOOK);
    let command = home.command(&["run", "book.md", "--connect", &url]);
    let mut pty = Pty::start(command, 30, 100);
    pty.shows("Password for default");
    pty.press("\u{3}");
    assert_eq!(pty.ends().code(), Some(4), "{}", pty.contents());
    assert!(pty.is_restored(), "{}", pty.contents());
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
}

#[test]
fn without_a_terminal_the_message_names_what_to_set() {
    let (_server, url) = server();
    let home = Home::new();
    home.write("book.md", BOOK);
    home.stepmark(&["run", "book.md", "--connect", &url])
        .exits(3)
        .says(&[
            "the server asks for a password and none is set",
            "hint: give a password with PGPASSWORD, ~/.pgpass or the URL",
        ]);
}
