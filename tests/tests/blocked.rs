//! What the screen shows of SQL that another session is in the way of.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use stepmark_tests::{Home, Pty, Server, found_out};

#[test]
fn the_screen_names_who_holds_the_lock_and_the_step_goes_on_once_it_is_gone() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE orders (id int)");
    home.write(
        "book.md",
        "```sql {name=change}\nALTER TABLE orders ADD COLUMN note text;\n```\n",
    );
    let mut holder = Command::new("psql")
        .args(["-XqAt", &server.url()])
        .env("PGAPPNAME", "nightly export")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("psql is installed");
    let mut keys = holder.stdin.take().expect("a pipe");
    keys.write_all(b"BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE;\n\\echo locked\n")
        .expect("it reads");
    let mut said = String::new();
    let mut out = BufReader::new(holder.stdout.take().expect("a pipe"));
    out.read_line(&mut said).expect("it writes");
    assert_eq!(said, "locked\n");

    let mut command = home.command(&["run", "book.md"]);
    command.env("DATABASE_URL", server.url());
    let mut pty = Pty::start(command, 40, 120);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    home.when_started("book", 1);
    let begun = Instant::now();
    pty.shows("blocked by pid");
    let took = begun.elapsed().as_millis();
    found_out(&format!("the screen names the blocker after {took} ms"));
    pty.shows("AccessExclusiveLock");
    pty.shows("nightly export");
    pty.press("b");
    pty.shows("idle in transaction for");
    pty.shows("LOCK TABLE orders IN ACCESS SHARE MODE");
    pty.press("\x1b");
    pty.hides("In the way");

    drop(keys);
    holder.wait().expect("our child");
    pty.shows("done in");
    pty.hides("blocked by");
    pty.shows("WAL after:");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored());
}
