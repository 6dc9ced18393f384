//! Runs that are undone: up, then down, and the schema is what it was.

use stepmark_tests::{Home, Outcome, Server};

const BOOK: &str = "```sql {name=table transaction}\nCREATE TABLE extra (id int);\n```\n\n\
    ```sql {rollback=table}\nDROP TABLE IF EXISTS extra;\n```\n\n\
    ```sql {name=column}\nALTER TABLE base ADD COLUMN note text;\n```\n\n\
    ```sql {rollback=column}\nALTER TABLE base DROP COLUMN IF EXISTS note;\n```\n\n\
    ```bash {name=tell}\necho told\n```\n";

fn shape(server: &Server) -> String {
    server.sql(
        "SELECT string_agg(c.relname || '.' || a.attname, ' ' ORDER BY 1) FROM pg_class c \
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         WHERE c.relnamespace = 'public'::regnamespace",
    )
}

fn rollback(home: &Home, server: &Server, more: &[&str]) -> Outcome {
    let url = server.url();
    let mut arguments = vec!["rollback", "last", "--connect", &url, "--yes"];
    arguments.extend(more);
    home.stepmark(&arguments)
}

fn up(book: &str, code: i32) -> (Home, Server, String) {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE base (id int)");
    let before = shape(&server);
    home.write("book.md", book);
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(code);
    (home, server, before)
}

#[test]
fn a_finished_run_is_undone_newest_first_and_leaves_the_schema_as_it_was() {
    let (home, server, before) = up(BOOK, 0);
    assert_ne!(shape(&server), before);
    rollback(&home, &server, &[])
        .exits(0)
        .says(&["has no undo and stays: tell"]);
    assert_eq!(shape(&server), before);
    let journal = home.journal("book");
    let started = journal.started();
    let undone: Vec<&str> = started[3..].to_vec();
    assert_eq!(undone.len(), 2, "{started:?}");
    assert_eq!(journal.types().last(), Some(&"run_finished"));
    home.stepmark(&["verify", "last"]).exits(0);
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["rolled back"]);
    rollback(&home, &server, &[]).exits(2).says(&["nothing"]);
}

#[test]
fn a_rollback_can_stop_at_a_step() {
    let (home, server, _) = up(BOOK, 0);
    rollback(&home, &server, &["--to", "column"]).exits(4);
    assert_eq!(shape(&server), "base.id extra.id");
    rollback(&home, &server, &[]).exits(0);
    assert_eq!(shape(&server), "base.id");
}

#[test]
fn a_failed_run_is_undone_at_once_where_that_was_asked_for() {
    let book = BOOK.replace("echo told", "false");
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE base (id int)");
    let before = shape(&server);
    home.write("book.md", &book);
    let url = server.url();
    home.stepmark(&[
        "run",
        "book.md",
        "--connect",
        &url,
        "--on-failure",
        "rollback",
    ])
    .exits(1);
    assert_eq!(shape(&server), before);
}

#[test]
fn an_undo_that_fails_is_named_and_can_be_gone_on_with() {
    let book = BOOK.replace(
        "DROP TABLE IF EXISTS extra",
        "SELECT 1 / (SELECT count(*) FROM go); DROP TABLE IF EXISTS extra",
    );
    let (home, server, before) = up(&book, 0);
    server.sql("CREATE TABLE go ()");
    rollback(&home, &server, &[])
        .exits(1)
        .says(&["division by zero"]);
    server.sql("DROP TABLE go; CREATE VIEW go AS SELECT 1");
    rollback(&home, &server, &[]).exits(0);
    server.sql("DROP VIEW go");
    assert_eq!(shape(&server), before);
}

#[test]
fn nothing_is_undone_before_the_point_of_no_return() {
    let book = BOOK.replace("{name=tell}", "{name=tell no-return}");
    let (home, server, _) = up(&book, 0);
    rollback(&home, &server, &[])
        .exits(2)
        .says(&["point of no return"]);
    assert_eq!(shape(&server), "base.id base.note extra.id");
}

#[test]
fn a_rollback_whose_first_undo_fails_or_cannot_begin_is_no_success() {
    let one = "```sql {name=table}\nCREATE TABLE extra (id int);\n```\n\n";
    let failing = format!("{one}```sql {{rollback=table}}\nSELECT 1 / 0;\n```\n");
    let (home, server, _) = up(&failing, 0);
    rollback(&home, &server, &[])
        .exits(1)
        .says(&["division by zero"]);
    assert_eq!(shape(&server), "base.id extra.id");

    let undo = "```sql {rollback=table}\nDROP TABLE extra;\n```\n";
    let book = format!("```sql {{name=set}}\nSET work_mem = '8MB';\n```\n\n{one}{undo}");
    let (home, server, _) = up(&book, 0);
    rollback(&home, &server, &[])
        .exits(1)
        .says(&["set (settings (SET))"]);
    assert_eq!(shape(&server), "base.id extra.id");
}
