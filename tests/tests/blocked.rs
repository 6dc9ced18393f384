//! What the screen shows of SQL that another session is in the way of.

use std::time::Instant;

use stepmark_tests::{Home, Pty, Server, Session, found_out};

#[test]
fn the_screen_names_who_holds_the_lock_and_the_step_goes_on_once_it_is_gone() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE orders (id int)");
    home.write(
        "book.md",
        "```sql {name=change}\nALTER TABLE orders ADD COLUMN note text;\n```\n",
    );
    let mut holder = Session::open(server.cluster(), "shop", "nightly export");
    holder.sql("BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE;");

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

    drop(holder);
    pty.shows("done in");
    pty.hides("blocked by");
    pty.shows("WAL after:");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored());
}
