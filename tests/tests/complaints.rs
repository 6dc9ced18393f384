//! Bad input: one clear message each, what to do next, the right exit code, nothing half-made left behind.

use stepmark_scratch::ClusterOptions;
use stepmark_tests::{Home, Server};

#[test]
fn no_such_file() {
    let home = Home::new();
    home.stepmark(&["run", "missing.md"])
        .exits(2)
        .says(&["missing.md", "No such file", "hint:"]);
    home.stepmark(&["missing.md"])
        .exits(2)
        .says(&["missing.md"]);
    assert!(home.leftovers().is_empty());
}

#[test]
fn a_file_without_steps() {
    let home = Home::new();
    home.write("prose.md", "# Only words\n\n> ```sql\n> SELECT 1;\n> ```\n");
    home.stepmark(&["run", "prose.md"])
        .exits(2)
        .says(&["prose.md has no steps", "```sql"]);
    assert!(home.leftovers().is_empty());
}

#[test]
fn a_mistake_in_the_runbook_is_shown_where_it_stands() {
    let home = Home::new();
    home.write("book.md", "# Book\n\n```sql {nmae=x}\nSELECT 1;\n```\n");
    home.stepmark(&["run", "book.md"])
        .exits(2)
        .says(&["book.md:3:", "nmae", "name"]);
    assert!(home.leftovers().is_empty());
}

#[test]
fn a_server_that_is_not_there() {
    let home = Home::new();
    home.write("book.md", "```sql\nSELECT 1;\n```\n");
    let nowhere = format!("postgresql://app@/shop?host={}", home.path().display());
    home.stepmark(&["run", "book.md", "--connect", &nowhere])
        .exits(3)
        .says(&[
            "connection default",
            "host",
            "--connect",
            "user",
            "app",
            "from",
            "--scratch",
        ]);
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
}

#[test]
fn settings_name_where_they_came_from() {
    let home = Home::new();
    home.write("book.md", "```sql\nSELECT 1;\n```\n");
    let mut command = home.command(&["run", "book.md"]);
    command
        .env("PGHOST", home.path())
        .env("PGUSER", "someone")
        .env("PGPASSWORD", "hunter22");
    let outcome = stepmark_tests::Outcome::of(command)
        .exits(3)
        .says(&["PGHOST", "PGUSER", "someone"]);
    assert!(!outcome.stderr.contains("hunter22"), "{}", outcome.stderr);
}

#[test]
fn a_wrong_password() {
    let options = ClusterOptions::default();
    let (home, server) = (Home::new(), Server::with(options));
    server.sql(
        "SET password_encryption = 'scram-sha-256'; CREATE ROLE app LOGIN PASSWORD 'right one'",
    );
    let hba = server.sql("SHOW hba_file");
    std::fs::write(
        &hba,
        "local all postgres trust\nlocal all all scram-sha-256\n",
    )
    .expect("the cluster's own file");
    server.sql("SELECT pg_reload_conf()");
    server.wait_for("SELECT count(*) = 2 FROM pg_hba_file_rules");
    home.write("book.md", "```sql\nSELECT 1;\n```\n");
    let socket = server.cluster().socket_dir();
    let url = format!("postgresql://app:wrong@/shop?host={}", socket.display());
    let outcome = home
        .stepmark(&["run", "book.md", "--connect", &url])
        .exits(3);
    let outcome = outcome.says(&["password authentication failed", "hint:"]);
    assert!(!outcome.stderr.contains("wrong@"), "{}", outcome.stderr);
    assert!(home.leftovers().is_empty());
}

#[test]
fn a_log_folder_that_cannot_be_written() {
    let home = Home::new();
    home.write("book.md", "```bash\ntouch ran\n```\n");
    home.write("taken", "a file where a folder should be");
    home.stepmark(&["run", "book.md", "--log-dir", "taken/logs"])
        .exits(74)
        .says(&["the run's log at taken: not a directory", "--log-dir"]);
    assert!(
        !home.path().join("ran").exists(),
        "nothing runs without a journal"
    );
}

#[test]
fn words_that_mean_nothing() {
    let home = Home::new();
    home.write("book.md", "```bash {name=one}\ntrue\n```\n");
    home.stepmark(&["run", "book.md", "--until", "two"])
        .exits(2)
        .says(&["no step called two", "one"]);
    home.stepmark(&["run", "book.md", "--confirm", "one"])
        .exits(2)
        .says(&["STEP=TEXT"]);
    home.stepmark(&["report", "last"])
        .exits(2)
        .says(&["no run yet"]);
    home.stepmark(&["verify", "nothing"])
        .exits(2)
        .says(&["no run is called nothing"]);
    home.stepmark(&["run", "book.md", "--yes", "--confirm", "one=x"])
        .exits(2)
        .says(&[
            "--confirm one=x: step one asks nothing",
            "nothing was executed",
        ]);
    assert!(home.runs("book").is_empty());
    let foreign = ["run", "book.md", "--connect", "mysql://u:secret@h/x"];
    home.stepmark(&foreign).exits(2).says(&[
        "mysql:// is no PostgreSQL connection",
        "postgresql://user@host:5432/database",
    ]);
    home.write("schema.sql", "SELECT 1;\n");
    home.stepmark(&["check", "schema.sql"])
        .exits(0)
        .says(&["warning: schema.sql has no steps and is probably no runbook"]);
    home.stepmark(&["run"]).exits(2);
    home.stepmark(&["frobnicate"]).exits(2);
}

#[test]
fn a_question_without_a_person() {
    let home = Home::new();
    home.write("book.md", "```bash {name=ask confirm}\necho done\n```\n\n```bash {name=type confirm=\"shop 1\"}\necho typed\n```\n");
    home.stepmark(&["run", "book.md"])
        .exits(3)
        .says(&["ask", "--yes"]);
    home.stepmark(&["run", "book.md", "--yes"])
        .exits(3)
        .says(&["type", "--confirm"]);
    home.stepmark(&["run", "book.md", "--yes", "--confirm", "type=shop 1"])
        .exits(0);
    let journal = home.journal("book");
    let answers: Vec<_> = journal
        .of("step_confirmed")
        .map(|line| (&line["answer"], &line["by_flag"]))
        .collect();
    assert_eq!(
        answers,
        [
            (&"y".into(), &true.into()),
            (&"shop 1".into(), &true.into())
        ]
    );
}

#[test]
fn doctor_says_what_is_missing_on_a_bare_machine() {
    let home = Home::new();
    let mut bare = home.command(&["doctor"]);
    bare.env("PATH", home.path())
        .env("STEPMARK_PG_BIN", home.path());
    stepmark_tests::Outcome::of(bare).exits(1).says(&[
        "MISSING  bash",
        "psql",
        "pg_dump",
        "postgres",
        "log",
        "disk",
        "connection",
    ]);
}

#[test]
fn doctor_is_content_where_everything_is_there() {
    let (home, server) = (Home::new(), Server::new());
    home.stepmark(&["doctor", "--connect", &server.url()])
        .exits(0)
        .says(&["ok       connection", "shop as postgres"]);
}

#[test]
fn a_fixture_that_cannot_be_used() {
    let home = Home::new();
    home.write(
        "book.md",
        "---\nrehearsal: { default: { setup: shop.sql } }\n---\n\n```sql\nSELECT 1;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--scratch"])
        .exits(2)
        .says(&["shop.sql", "book.md:2: the setup of default", "hint:"]);
    home.write("shop.sql", "SELECT broken;\n");
    home.stepmark(&["run", "book.md", "--scratch"])
        .exits(3)
        .says(&["the fixture shop.sql failed", "\"broken\"", "hint: no step"]);
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
}

#[test]
fn an_empty_address() {
    let home = Home::new();
    home.write(
        "book.md",
        "---\nconnections: { source: { url: $SOURCE_URL } }\n---\n\n```sql\nSELECT 1;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", "source="])
        .exits(2)
        .says(&["--connect “source=” holds no address", "hint:"]);
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
}
