//! Whether, when and how often steps run, and what they hand on: through the binary, on a real server and real shells.

use std::io::{BufRead as _, BufReader};

use serde_json::Value;
use stepmark_tests::{Home, Journal, Outcome, Server};

fn of<'a>(journal: &'a Journal, kind: &'a str, step: &str) -> Vec<&'a Value> {
    journal
        .of(kind)
        .filter(|line| line["step"] == step)
        .collect()
}

fn excerpt(journal: &Journal, step: &str) -> String {
    let finished = of(journal, "step_finished", step);
    let last = finished.last().expect("an outcome of that step");
    last["output"]["excerpt"].as_str().expect("text").to_owned()
}

#[test]
fn a_step_that_is_not_needed_is_recorded_and_what_needs_it_runs() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=look capture=missing}\necho false\n```\n\n\
         ```bash {name=install when=missing}\ntouch installed\n```\n\n\
         ```bash {name=use}\necho used\n```\n",
    );
    home.stepmark(&["run", "book.md"])
        .exits(0)
        .says(&["install"]);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["look", "use"]);
    let passed = of(&journal, "step_not_needed", "install");
    assert_eq!(passed.len(), 1);
    assert_eq!(
        (&passed[0]["variable"], &passed[0]["value"]),
        (&"missing".into(), &"false".into())
    );
    assert!(!home.path().join("installed").exists());
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["**install** not needed", "missing is false"]);
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn captures_reach_sql_by_psqls_conventions_and_shells_as_variables() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE \"Odd name\" (id int); INSERT INTO \"Odd name\" VALUES (1), (2)");
    home.write(
        "book.md",
        "```sql {name=pick capture=tab,n}\nSELECT relname, 2 FROM pg_class WHERE relname LIKE 'Odd%';\n```\n\n\
         ```sql {name=count check}\nSELECT count(*) = :n, ':n', (ARRAY[1,2])[1:1+0] FROM :\"tab\";\n```\n\n\
         ```sql {name=quote check}\nSELECT :'tab' = 'Odd name';\n```\n\n\
         ```bash {name=shell}\necho \"<$tab> <$n>\"\n```\n\n\
         ```psql {name=psql}\n\\echo :\"tab\" :'n'\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(0);
    let journal = home.journal("book");
    let finished = of(&journal, "step_finished", "pick");
    assert_eq!(
        finished[0]["captures"],
        serde_json::json!([{"name": "tab", "value": "Odd name"}, {"name": "n", "value": "2"}])
    );
    let started = of(&journal, "step_started", "count");
    assert_eq!(
        started[0]["text"],
        "SELECT count(*) = 2, ':n', (ARRAY[1,2])[1:1+0] FROM \"Odd name\";\n"
    );
    assert_eq!(excerpt(&journal, "shell"), "<Odd name> <2>\n");
    assert_eq!(excerpt(&journal, "psql"), "\"Odd name\" '2'\n");
}

#[test]
fn a_capture_that_is_not_one_row_fails_its_step() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=many capture=x}\nSELECT generate_series(1, 3);\n```\n\n```bash {name=after}\ntrue\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1)
        .says(&["exactly one row", "3"]);
    let journal = home.journal("book");
    assert_eq!(journal.outcome("many")["failure"]["cause"], "capture");
    assert_eq!(journal.started(), ["many"]);
}

#[test]
fn a_failed_check_is_tried_again_after_its_delay_and_every_attempt_is_recorded() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=third check retry=3 retry-delay=50ms}\necho x >> tries; test $(wc -l < tries) -ge 3\n```\n",
    );
    home.stepmark(&["run", "book.md"]).exits(0);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["third", "third", "third"]);
    let statuses: Vec<&Value> = of(&journal, "step_finished", "third")
        .iter()
        .map(|line| &line["outcome"]["status"])
        .collect();
    assert_eq!(statuses, ["failed", "failed", "succeeded"]);
}

#[test]
fn a_lock_that_is_held_is_tried_for_again_and_another_error_is_not() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE t (id int)");
    home.write(
        "book.md",
        "```bash {name=hold timeout=20s}\n\
         psql -Xq >/dev/null 2>&1 <<'SQL' &\nBEGIN; LOCK t;\n\\! touch held\n\
         DO $$ BEGIN LOOP EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE NOT granted); \
         PERFORM pg_sleep(0.01); END LOOP; PERFORM pg_sleep(0.5); END $$;\nCOMMIT;\nSQL\n\
         until [ -e held ]; do sleep 0.02; done\n```\n\n\
         ```sql {name=alter lock-timeout=200ms retry=50 retry-delay=100ms}\nALTER TABLE t ADD c int;\n```\n\n\
         ```sql {name=again retry=3 retry-delay=10ms}\nALTER TABLE t ADD c int;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1);
    let journal = home.journal("book");
    let alters = of(&journal, "step_finished", "alter");
    assert!(alters.len() > 1, "{alters:?}");
    assert_eq!(alters[0]["outcome"]["failure"]["sqlstate"], "55P03");
    assert_eq!(journal.outcome("alter")["status"], "succeeded");
    let again = of(&journal, "step_finished", "again");
    assert_eq!(again.len(), 1, "42701 is no contention");
    assert_eq!(server.sql("SHOW lock_timeout"), "0");
}

#[test]
fn a_wait_is_one_attempt_whose_changes_are_recorded_and_shown_once() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE SEQUENCE s");
    home.write(
        "book.md",
        "```sql {name=ready wait every=20ms for=100ms timeout=30s}\n\
         SELECT nextval('s') > 3 AS ready;\n```\n\n\
         ```bash {name=shell wait every=20ms timeout=30s expect=\"go\"}\n\
         echo x >> looks; test $(wc -l < looks) -ge 2; test $(wc -l < looks) -lt 4 || echo go\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(0);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["ready", "shell"]);
    let polls = &of(&journal, "step_finished", "ready")[0]["polls"];
    let seen: Vec<&Value> = polls["seen"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|poll| &poll["finding"]["met"])
        .collect();
    assert_eq!(seen, [false, true]);
    assert!(polls["count"].as_u64() >= Some(5), "{polls}");
    let text = excerpt(&journal, "ready");
    assert_eq!(
        text.matches("(1 row)").count(),
        2,
        "one table a change: {text}"
    );
    let seen = &of(&journal, "step_finished", "shell")[0]["polls"]["seen"];
    assert_eq!(
        seen.as_array().map(Vec::len),
        Some(3),
        "exit 1, empty, go: {seen}"
    );
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["Looked 4 times:\n\n- after ", ": exit code 1\n- after "]);
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_wait_that_never_holds_times_out_and_a_sql_error_ends_it_at_once() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=never wait every=100ms timeout=300ms}\nSELECT false;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1)
        .says(&["timed out"]);
    home.write(
        "book.md",
        "```sql {name=wrong wait every=10ms timeout=10m}\nSELECT * FROM nowhere;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1)
        .says(&["42P01"]);
}

#[test]
fn what_always_runs_runs_after_a_failure_and_nothing_else_does() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=mute}\ntouch muted\n```\n\n\
         ```bash {name=fail}\nexit 7\n```\n\n\
         ```bash {name=unmute always needs=mute}\nrm muted\n```\n\n\
         ```bash {name=late}\ntouch late\n```\n\n\
         ```bash {name=never always}\ntouch never\n```\n",
    );
    home.stepmark(&["run", "book.md"]).exits(1);
    assert_eq!(home.journal("book").started(), ["mute", "fail", "unmute"]);
    assert!(!home.path().join("muted").exists());
}

#[test]
fn statements_are_made_recorded_and_run_where_they_belong() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE a (id int); CREATE TABLE b (id int)");
    home.write(
        "book.md",
        "```sql {name=fill gexec}\n\
         SELECT format('INSERT INTO %I VALUES (1)', relname) FROM pg_class \
         WHERE relname IN ('a', 'b') ORDER BY 1;\n```\n\n\
         ```sql {name=broken gexec transaction}\n\
         VALUES ('INSERT INTO a VALUES (2)'), ('INSERT INTO nowhere VALUES (2)');\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1)
        .says(&["INSERT INTO b VALUES (1)", "42P01"]);
    let journal = home.journal("book");
    let types = journal.types();
    let at = |kind: &str| types.iter().position(|found| *found == kind);
    assert!(at("statements_generated") < at("step_finished"));
    let made = of(&journal, "statements_generated", "fill");
    assert_eq!(
        made[0]["statements"],
        serde_json::json!(["INSERT INTO a VALUES (1)", "INSERT INTO b VALUES (1)"])
    );
    assert_eq!(
        server.sql("SELECT count(*) FROM a"),
        "1",
        "the second list was one transaction"
    );
    assert_eq!(server.sql("SELECT count(*) FROM b"), "1");
}

#[test]
fn the_whole_list_is_shown_before_the_first_of_its_statements_is_done() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=slow gexec}\nVALUES ('SELECT pg_sleep(60)'), ('SELECT ''last''');\n```\n",
    );
    let mut run = home.spawn(&["run", "book.md", "--connect", &server.url()]);
    let mut shown = String::new();
    let mut lines = BufReader::new(run.stdout.take().expect("a pipe"));
    while !shown.contains("generated 2 statements") {
        assert!(lines.read_line(&mut shown).expect("text") > 0, "{shown}");
    }
    run.kill().expect("it runs");
    run.wait().expect("it was killed");
    assert!(shown.contains("SELECT 'last';"), "{shown}");
}

#[test]
fn an_exported_secret_reaches_no_file_of_the_run_and_its_loss_is_said() {
    let home = Home::new();
    home.write(
        "book.md",
        "---\ninputs:\n  pw: { secret: true, env: PW }\n---\n\n\
         ```bash {name=make}\nexport DSN=\"//me:$pw@host\"\n```\n\n\
         ```bash {name=use}\necho \"<${DSN-none}> <$PW>\"\n```\n",
    );
    let mut command = home.command(&["run", "book.md"]);
    command.env("PW", "hunter2-of-ours");
    Outcome::of(command)
        .exits(0)
        .says(&["next shell step: DSN would put a secret on disk"]);
    let journal = home.journal("book");
    assert_eq!(excerpt(&journal, "use"), "<none> <‹pw›>\n");
    for path in home.leftovers() {
        let bytes = std::fs::read(&path).expect("a file of the run");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("hunter2"), "{}", path.display());
    }
}

#[test]
fn rows_of_two_steps_are_compared_and_what_differs_is_shown() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=one}\nVALUES (1, 'a'), (2, 'b');\n```\n\n\
         ```sql {name=same same=one}\nVALUES (2, 'b'), (1, 'a');\n```\n\n\
         ```sql {name=other same=one}\nVALUES (1, 'a'), (3, 'c');\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1);
    let journal = home.journal("book");
    assert_eq!(journal.outcome("same")["status"], "succeeded");
    let seen = journal.outcome("other")["failure"]["seen"].to_string();
    assert!(seen.contains('3') && seen.contains('2'), "{seen}");
}

#[test]
fn a_transaction_is_announced_before_its_commit_and_all_or_nothing() {
    let (home, server) = (Home::new(), Server::new());
    server.sql("CREATE TABLE t (id int PRIMARY KEY)");
    home.write(
        "book.md",
        "```sql {name=both transaction}\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\n```\n\n\
         ```sql {name=nothing transaction}\nINSERT INTO t VALUES (3);\nINSERT INTO t VALUES (2);\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1);
    assert_eq!(server.sql("SELECT string_agg(id::text, ',') FROM t"), "1,2");
    let journal = home.journal("book");
    let announced = of(&journal, "commit_announced", "both");
    let id = announced[0]["transaction_id"].as_str().expect("an id");
    assert_eq!(
        server.sql(&format!("SELECT pg_xact_status('{id}')")),
        "committed"
    );
    assert!(of(&journal, "commit_announced", "nothing").is_empty());
}

#[test]
fn expectations_hold_for_what_shells_print() {
    for (expect, text, code) in [
        ("empty", "true", 0),
        ("empty", "echo x", 1),
        ("rows", "echo x", 0),
        ("\"a b\"", "echo ' a b '", 0),
        ("\"a b\"", "echo a; echo b", 1),
        ("/^v[0-9]+$/", "echo v15", 0),
        ("/^v[0-9]+$/", "echo 15", 1),
        ("\"x\"", "echo x; exit 3", 1),
    ] {
        let home = Home::new();
        home.write(
            "book.md",
            &format!("```bash {{name=it expect={expect}}}\n{text}\n```\n"),
        );
        home.stepmark(&["run", "book.md"]).exits(code);
    }
}

#[test]
fn branches_run_in_document_order_as_soon_as_their_needs_are_done() {
    let home = Home::new();
    let fence = |head: &str| format!("```bash {{{head}}}\ntrue\n```\n\n");
    let book: String = [
        "name=a",
        "name=b needs=d",
        "name=c needs=none",
        "name=d needs=none",
        "name=e needs=a,c",
    ]
    .map(fence)
    .concat();
    home.write("book.md", &book);
    for _ in 0..3 {
        home.stepmark(&["run", "book.md"]).exits(0);
        assert_eq!(home.journal("book").started(), ["a", "c", "d", "b", "e"]);
    }
}
