//! Makes the pictures of README and docs from the real program: `cargo run -p stepmark-tests --bin pictures`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use stepmark_tests::{Home, Pty, Server, Session, svg};

const ROWS: u16 = 34;
const COLUMNS: u16 = 118;

/// The screen drops run keys that come right behind an outcome, as a held-down key would send them.
const HELD_DOWN: Duration = Duration::from_millis(400);

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    fs::create_dir_all(&folder).expect("the folder of pictures");
    demo(&folder);
    blocked(&folder);
    unknown(&folder);
    branches(&folder);
}

/// The guided runbook, into its transaction.
fn demo(folder: &Path) {
    let home = Home::new();
    let mut pty = Pty::start(
        home.command(&["demo", "--set", "size=10000"]),
        ROWS,
        COLUMNS,
    );
    let name = "postgres-migration-steps.md";
    pty.shows("Nothing has run yet");
    take(&pty, folder, "opening", name);
    pty.press("\r");
    pty.shows("[ Run ]");
    for done in 1..=9 {
        pty.press("\r");
        pty.shows(&format!(" {done}/26"));
        std::thread::sleep(HELD_DOWN);
    }
    take(&pty, folder, "run", name);
    pty.press("?");
    pty.shows("[ Close (Esc) ]");
    take(&pty, folder, "help", name);
    pty.press("\x1b");
    pty.hides("write a note into the record");
    pty.press("/concurrently\r");
    pty.shows("/concurrently: in");
    take(&pty, folder, "search", name);
    pty.press("\x1b");
    pty.hides("/concurrently");
    pty.press("s");
    pty.shows("[ Back (Esc) ]");
    take(&pty, folder, "skip", name);
    pty.press("\x1b");
    pty.hides("reason");
    pty.press("q");
    pty.shows("Roll back and leave");
    take(&pty, folder, "leave", name);
    pty.press("y");
    pty.ends();
}

/// A change of a table that another session holds.
fn blocked(folder: &Path) {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE orders (id bigint PRIMARY KEY, note text)");
    home.write(
        "orders.md",
        "# Mark orders\n\nA short lock, so the change gives up rather than queue for long.\n\n\
         ```sql {name=add-status estimate=2s}\nALTER TABLE orders\n  ADD COLUMN status text DEFAULT 'open';\n```\n\n\
         ```sql {name=looks-right check}\nSELECT count(*) = 0 FROM orders WHERE status IS NULL;\n```\n",
    );
    let mut holder = Session::open(server.cluster(), "shop", "nightly export");
    holder.sql("BEGIN; SELECT count(*) FROM orders;");
    let mut command = home.command(&["run", "orders.md"]);
    command.env("DATABASE_URL", server.url());
    let mut pty = Pty::start(command, ROWS, COLUMNS);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("nightly export");
    pty.shows("running · 5 s");
    take(&pty, folder, "blocked", "orders.md");
    pty.press("b");
    pty.shows("[ Close (Esc) ]");
    take(&pty, folder, "blockers", "orders.md");
    pty.press("\x1b");
    drop(holder);
    pty.shows("done in");
    pty.press("qq");
    pty.ends();
}

/// A run whose runner was killed in the middle of a statement, taken up again.
fn unknown(folder: &Path) {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE orders (id bigint); CREATE TABLE new_orders AS SELECT 1 AS id");
    home.write(
        "load.md",
        "# Load orders\n\n```sql {name=load}\nINSERT INTO orders SELECT id FROM new_orders;\nSELECT pg_sleep(60);\n```\n\n\
         ```sql {name=is-loaded probe=load}\nSELECT count(*) > 0 FROM orders;\n```\n\n\
         ```sql {name=unload rollback=load}\nDELETE FROM orders;\n```\n\n\
         ```bash {name=announce}\necho loaded\n```\n",
    );
    let mut child = home.spawn(&["run", "load.md", "--connect", &server.url()]);
    home.when_started("load", 1);
    server.wait_for("SELECT count(*) = 1 FROM orders");
    child.kill().expect("our child");
    child.wait().expect("our child");
    server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep' AND pid <> pg_backend_pid()");
    let mut command = home.command(&["resume"]);
    command.env("DATABASE_URL", server.url());
    let mut pty = Pty::start(command, ROWS, COLUMNS);
    pty.shows("[ Begin (Enter) ]");
    take(&pty, folder, "resume", "load.md");
    pty.press("\r");
    pty.shows("[ Back (Esc) ]");
    take(&pty, folder, "unknown", "load.md");
    pty.press("\x1b");
    pty.hides("[ Back (Esc) ]");
    pty.press("qq");
    pty.ends();
}

/// Branches that come together: the graph, the closing summary, and the run read again.
fn branches(folder: &Path) {
    let home = Home::new();
    home.write(
        "move.md",
        "---\ninputs:\n  target: { default: shop2 }\n---\n\n# Move a shop\n\n\
         ```bash {name=prepare}\necho ready\n```\n\n\
         ```bash {name=copy-users needs=prepare estimate=4m}\necho '12000 users'\n```\n\n\
         ```bash {name=copy-orders needs=prepare estimate=9m}\necho '480000 orders'\n```\n\n\
         ```bash {name=drop-orders rollback=copy-orders}\necho gone\n```\n\n\
         ```bash {name=watch needs=prepare}\necho 'lag 0 s'\n```\n\n\
         ```bash {name=compare needs=copy-users,copy-orders estimate=2m}\nexit 3\n```\n\n\
         - [ ] Switch the address <!-- {name=switch needs=compare,watch} -->\n",
    );
    let mut pty = Pty::start(
        home.command(&["run", "move.md", "--set", "target=shop2"]),
        ROWS,
        COLUMNS,
    );
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("a");
    pty.shows("compare failed");
    std::thread::sleep(HELD_DOWN);
    pty.press("g");
    pty.shows("Which step needs which");
    take(&pty, folder, "graph", "move.md");
    pty.press("\x1b");
    pty.hides("Which step needs which");
    pty.press("q");
    pty.shows("[ Back (Esc) ]");
    take(&pty, folder, "closing", "move.md");
    pty.press("q");
    pty.ends();
    let mut pty = Pty::start(home.command(&["show", "last"]), ROWS, COLUMNS);
    pty.shows("record ");
    pty.press("[[");
    pty.shows("watch done");
    take(&pty, folder, "show", "move.md");
    pty.press("q");
    pty.ends();
}

fn take(pty: &Pty, folder: &Path, name: &str, runbook: &str) {
    // What was waited for may stand above the last row of its frame.
    std::thread::sleep(Duration::from_millis(200));
    let path = folder.join(format!("{name}.svg"));
    let picture = pty.look(|screen| svg(screen, &format!("stepmark — {runbook}")));
    fs::write(&path, picture).expect("a picture");
    println!("{}", path.display());
}
