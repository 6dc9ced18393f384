//! Rehearsals: what holds is proven, what does not is caught and named, and nothing is left behind.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use stepmark_tests::{Home, Journal, Outcome, Server, eventually, not_tested, stepmark};

const FRONT: &str = "---\nrehearsal:\n  default: { setup: base.sql }\n---\n# Change\n\n";
const BASE: &str = "CREATE TABLE orders (id serial PRIMARY KEY, note text);\n\
    INSERT INTO orders (note) VALUES ('a'), ('b');\n";
const COLUMN: &str = "```sql {name=column}\nALTER TABLE orders ADD COLUMN status text;\n\
    CREATE INDEX orders_status ON orders (status);\n```\n\n\
    ```sql {name=undo-column rollback=column}\nALTER TABLE orders DROP COLUMN IF EXISTS status;\n```\n\n";

/// A home with the runbook `book.md` that has these steps.
fn home(steps: &str) -> Home {
    let home = Home::new();
    home.write("base.sql", BASE);
    home.write("book.md", &format!("{FRONT}{steps}"));
    home
}

fn rehearse(home: &Home, more: &[&str]) -> Outcome {
    home.stepmark(&[&["rehearse", "book.md"], more].concat())
}

/// The result as JSON, once the rehearsal ended with `code`.
fn result(home: &Home, more: &[&str], code: i32) -> Value {
    let outcome = rehearse(home, &[&["--json"], more].concat()).exits(code);
    serde_json::from_str(&outcome.stdout).expect("one JSON object")
}

/// What was found of the undo of a step.
fn undo<'a>(result: &'a Value, step: &str) -> &'a str {
    let steps = result["steps"].as_array().expect("steps");
    let found = steps.iter().find(|found| found["step"] == step);
    found.expect("that step")["undo"].as_str().expect("words")
}

fn because(result: &Value) -> String {
    let lines = result["because"].as_array().expect("lines").iter();
    lines
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The steps of a pair: what is done, and what should undo it.
fn pair(name: &str, done: &str, undone: &str) -> String {
    format!(
        "```sql {{name={name}}}\n{done}\n```\n\n```sql {{name=undo-{name} rollback={name}}}\n{undone}\n```\n\n"
    )
}

/// Clusters that belong to no process, or to this one's tests.
fn clusters() -> Vec<PathBuf> {
    let entries = fs::read_dir("/tmp").expect("/tmp").flatten();
    let paths = entries.map(|entry| entry.path());
    let is_cluster = |path: &PathBuf| {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        name.is_some_and(|name| name.starts_with("stepmark-scratch-"))
    };
    paths.filter(is_cluster).collect()
}

#[test]
fn a_runbook_whose_undo_works_is_proven_step_by_step_and_run_to_its_end() {
    let steps = format!(
        "- [ ] Tell on-call <!-- {{name=oncall}} -->\n\n\
         ```bash {{name=announce live}}\ntouch announced\n```\n\n{COLUMN}\
         ```sql {{name=look check confirm=\"yes, look\"}}\nSELECT count(*) = 2 FROM orders;\n```\n\n\
         - [ ] Go <!-- {{name=go}} -->\n\n\
         ```sql {{name=cutover no-return}}\nALTER TABLE orders ALTER status SET DEFAULT 'new';\nUPDATE orders SET status = 'open';\n```\n\n\
         ```sql {{name=after}}\nALTER TABLE orders ALTER status SET NOT NULL;\n```\n"
    );
    let home = home(&steps);
    let result = result(&home, &[], 0);
    assert_eq!(undo(&result, "column"), "proven");
    assert_eq!(
        undo(&result, "announce"),
        "not rehearsed: live, it touches the outside world"
    );
    assert_eq!(undo(&result, "oncall"), "not rehearsed: a person does it");
    assert_eq!(undo(&result, "look"), "only looks");
    assert_eq!(undo(&result, "after"), "after the point of no return");
    for step in [2, 5, 6] {
        let locked = &result["steps"][step]["locked"];
        assert_eq!(*locked, serde_json::json!(["public.orders"]), "{step}");
    }
    assert_eq!((&result["proven"], &result["due"]), (&1.into(), &1.into()));
    assert!(!home.path().join("announced").exists());
    let runs = home.runs("book");
    let [first, last] = runs.as_slice() else {
        panic!("{runs:?}");
    };
    let (first, last) = (Journal::read(first), Journal::read(last));
    assert_eq!(
        first.started(),
        ["oncall", "column", "look", "go", "undo-column"]
    );
    assert_eq!(
        last.started(),
        ["oncall", "column", "look", "go", "cutover", "after"]
    );
    assert_eq!(first.lines[0]["rehearsal"]["part"], "up_to_no_return");
    assert_eq!(last.lines[0]["rehearsal"]["part"], "to_the_end");
    assert_eq!(first.of("step_not_rehearsed").count(), 1);
    for confirmed in last.of("step_confirmed") {
        assert_eq!(
            (&confirmed["by_rehearsal"], &confirmed["by_flag"]),
            (&true.into(), &false.into())
        );
    }
    assert_eq!(last.of("step_confirmed").count(), 3);
    home.stepmark(&["runs"]).exits(0).says(&[
        "rehearsal: holds, undo proven for 1 of 1",
        "rehearsal, first part: rolled back",
        "throwaway servers",
    ]);
    let conclusion = last.of("rehearsal_concluded").next().expect("a conclusion");
    assert_eq!(conclusion["holds"], true);
    let types = last.types();
    assert_eq!(types.last(), Some(&"run_finished"));
    for run in &home.runs("book") {
        home.stepmark(&["verify", &run.display().to_string()])
            .exits(0);
    }
    home.stepmark(&["verify", "last"])
        .exits(0)
        .says(&["it is a rehearsal, which concluded: holds, undo proven for 1 of 1"]);
    home.stepmark(&["report", "last"]).exits(0).says(&[
        "The rehearsal holds, undo proven for 1 of 1.",
        "a rehearsal on throwaway clusters",
        "by the rehearsal, not by a person",
    ]);
    home.stepmark(&["resume", "last"])
        .exits(2)
        .says(&["is a rehearsal"]);
    home.stepmark(&["rollback", "last"])
        .exits(2)
        .says(&["is a rehearsal"]);
    let part = runs[0].display().to_string();
    let told = home.stepmark(&["verify", &part, "--json"]).exits(0).stdout;
    let told: Value = serde_json::from_str(&told).expect("one JSON object");
    assert_eq!(told["rehearsal"], Value::Null);
}

#[test]
fn what_an_undo_leaves_behind_is_caught_and_named() {
    let database = "ALTER DATABASE shop SET work_mem = '9MB';";
    let slot = "SELECT pg_create_physical_replication_slot('left_slot');";
    let steps = [
        pair(
            "row",
            "INSERT INTO orders VALUES (7, 'x'), (8, 'y');",
            "DELETE FROM orders WHERE id = 7;",
        ),
        pair("role", "CREATE ROLE left_role;", "SELECT 1;"),
        pair("setting", database, "SELECT 1;"),
        pair("slot", slot, "SELECT 1;"),
        pair("system", "ALTER SYSTEM SET work_mem = '8MB';", "SELECT 1;"),
        pair("table", "CREATE TABLE left_table (id int);", "SELECT 1;"),
        pair(
            "same",
            "UPDATE orders SET note = 'c' WHERE id = 1;",
            "UPDATE orders SET note = 'd' WHERE id = 1;",
        ),
        pair(
            "good",
            "CREATE TABLE gone (id int);",
            "DROP TABLE IF EXISTS gone;",
        ),
    ];
    let home = home(&steps.concat());
    let result = result(&home, &[], 1);
    assert_eq!(undo(&result, "good"), "proven");
    let broken = [
        ("row", "shop: rows public.orders 2 rows before, 3 after"),
        ("role", "role left_role was left behind"),
        ("setting", "settings of database shop was left behind"),
        ("slot", "replication slot left_slot was left behind"),
        ("system", "ALTER SYSTEM setting work_mem was left behind"),
        ("table", "shop: table public.left_table was left behind"),
        (
            "same",
            "shop: rows public.orders 4 rows, as many as before, and not the same",
        ),
    ];
    for (step, what) in broken {
        assert_eq!(undo(&result, step), format!("NOT PROVEN: {what}"));
        assert!(
            because(&result).contains(&format!("the undo of step {step} does not")),
            "{result}"
        );
    }
    let first = Journal::read(&home.runs("book")[0]);
    let final_one = first.of("state_compared").last().expect("a comparison");
    let left_by = |place: &str| {
        let all = final_one["differences"].as_array().expect("differences");
        let found = all.iter().find(|found| found["place"] == place);
        found.map(|found| found["left_by"][0].clone())
    };
    assert_eq!(left_by("role left_role"), Some("role".into()));
    assert_eq!(left_by("replication slot left_slot"), Some("slot".into()));
}

#[test]
fn a_step_without_an_undo_that_changes_something_is_named_and_the_end_is_seen_all_the_same() {
    let steps = format!(
        "{COLUMN}```sql {{name=silent}}\nCREATE TABLE silent (id int);\n```\n\n\
         ```sql {{name=last no-return}}\nSELECT 1;\n```\n"
    );
    let home = home(&steps);
    let result = result(&home, &[], 1);
    assert_eq!(undo(&result, "column"), "proven");
    assert_eq!(undo(&result, "silent"), "none declared");
    assert_eq!(
        because(&result),
        "shop: table public.silent was left behind: left by step silent, which declares no undo"
    );
    assert_eq!(home.journal("book").started(), ["column", "silent", "last"]);
}

#[test]
fn tables_that_an_undo_keeps_on_purpose_are_left_out() {
    let steps = pair(
        "copy",
        "CREATE TABLE orders_copy AS SELECT * FROM orders; ALTER TABLE orders_copy ADD extra serial;\nDELETE FROM orders;",
        "INSERT INTO orders SELECT id, note FROM orders_copy ON CONFLICT DO NOTHING;",
    );
    let home = home(&steps);
    rehearse(&home, &[])
        .exits(1)
        .says(&["table public.orders_copy was left behind"]);
    let text = fs::read_to_string(home.path().join("book.md")).expect("ours");
    home.write(
        "book.md",
        &text.replace("base.sql }\n", "base.sql }\n  ignore: [orders_copy]\n"),
    );
    rehearse(&home, &[])
        .exits(1)
        .says(&["relation \"orders_copy\" already exists"]);
    let again = text.replace("base.sql }\n", "base.sql }\n  ignore: [orders_copy]\n");
    let again = again.replace(
        "CREATE TABLE orders_copy",
        "DROP TABLE IF EXISTS orders_copy; CREATE TABLE orders_copy",
    );
    home.write("book.md", &again);
    rehearse(&home, &[])
        .exits(0)
        .says(&["undo proven for 1 of 1"]);
}

#[test]
fn an_undo_that_cannot_take_half_a_step_is_caught_by_every_step() {
    let half = pair(
        "half",
        "CREATE TABLE one (id int);\nCREATE TABLE two (id int);",
        "DROP TABLE one; DROP TABLE two;",
    );
    let home = home(&format!("{COLUMN}{half}"));
    assert_eq!(undo(&result(&home, &[], 0), "half"), "proven");
    let result = result(&home, &["--every-step"], 1);
    assert_eq!(
        undo(&result, "column"),
        "proven, also stopped after 1 of 2 statements"
    );
    assert_eq!(
        undo(&result, "half"),
        "NOT PROVEN: its undo undo-half failed, after it was stopped before its first statement: \
         ERROR 42P01: table \"one\" does not exist, line 22, column 1"
    );
}

#[test]
fn a_long_step_is_cancelled_in_its_middle_undone_and_run_again() {
    let steps = "```bash {name=slow}\npsql -Xqc \"INSERT INTO orders VALUES (50, 's')\"\nsleep 0.6\n\
        psql -Xqc \"INSERT INTO orders VALUES (51, 's')\"\n```\n\n\
        ```bash {rollback=slow}\npsql -Xqc \"DELETE FROM orders WHERE note = 's'\"\n```\n";
    let home = home(steps);
    let result = result(&home, &["--every-step"], 0);
    assert!(
        undo(&result, "slow").starts_with("proven, also cancelled after "),
        "{result}"
    );
    let journal = home.journal("book");
    let outcomes: Vec<&Value> = journal
        .of("step_finished")
        .filter(|line| line["step"] == "slow")
        .map(|line| &line["outcome"]["status"])
        .collect();
    assert_eq!(outcomes, ["failed", "succeeded", "succeeded"]);
}

#[test]
fn a_step_that_fails_is_told_and_the_rest_is_not_reached() {
    let later = pair("later", "CREATE TABLE later ();", "DROP TABLE later;");
    let home = home(&format!(
        "{COLUMN}```sql {{name=wrong}}\nSELECT nothing FROM orders;\n```\n\n{later}"
    ));
    let result = result(&home, &[], 1);
    assert!(
        because(&result).starts_with("step wrong failed: ERROR 42703"),
        "{result}"
    );
    assert_eq!(undo(&result, "column"), "proven");
    assert_eq!(undo(&result, "later"), "not reached");
    assert_eq!((&result["proven"], &result["due"]), (&1.into(), &2.into()));
    assert_eq!(home.runs("book").len(), 1);
}

#[test]
fn nothing_of_the_environment_leads_a_step_to_the_real_servers() {
    let home = Home::new();
    home.write(
        "book.md",
        "---\nconnections:\n  db: { url: $REAL_ADDRESS }\ninputs:\n  pw: { secret: true, env: REAL_PASSWORD }\n---\n\n\
         ```bash {name=look on=db}\n[ \"$REAL_ADDRESS\" != real ] && [ \"$REAL_PASSWORD\" = \"$pw\" ] && [ \"$pw\" != real ]\n\
         [ \"$PGHOST\" != real ] && psql -XAtc 'SELECT 1' \"$REAL_ADDRESS\"\n```\n",
    );
    let mut command = home.command(&["rehearse", "book.md"]);
    command.envs([
        ("REAL_ADDRESS", "real"),
        ("REAL_PASSWORD", "real"),
        ("PGHOST", "real"),
    ]);
    Outcome::of(command).exits(0);
    let run = home.runs("book").pop().expect("a run");
    let journal = Journal::read(&run);
    let given = journal.of("input_given").next().expect("an input");
    assert_eq!(
        (&given["origin"]["from"], &given["value"]),
        (&"rehearsal".into(), &Value::Null)
    );
}

#[test]
fn what_nobody_gave_is_asked_for_before_anything_starts() {
    let home = Home::new();
    home.write(
        "book.md",
        "---\ninputs:\n  size: { type: integer }\n---\n\n```bash\ntrue\n```\n",
    );
    rehearse(&home, &[]).exits(2).says(&["size", "--set size="]);
    home.write(
        "book.md",
        "- [ ] Note the ticket <!-- {name=t capture=ticket} -->\n",
    );
    rehearse(&home, &[])
        .exits(2)
        .says(&["step t asks for ticket", "--set ticket=VALUE"]);
    assert_eq!(home.runs("book"), Vec::<PathBuf>::new());
    rehearse(&home, &["--set", "ticket=OPS-1"]).exits(0);
}

#[test]
fn a_signal_in_the_middle_leaves_no_cluster_and_a_run_that_was_stopped() {
    for number in [libc::SIGINT, libc::SIGTERM] {
        let home = home(&format!("{COLUMN}```bash {{name=wait}}\nsleep 60\n```\n"));
        let child = home.spawn(&["rehearse", "book.md"]);
        home.when_started("book", 2);
        let pid = i32::try_from(child.id()).expect("a pid");
        let lock = format!("owner {pid} ");
        let own = |path: &PathBuf| {
            let owner = fs::read_to_string(path.join("owner"));
            owner.is_ok_and(|text| text.contains(&lock))
        };
        assert_eq!(clusters().iter().filter(|path| own(path)).count(), 1);
        // SAFETY: the child is ours and not yet waited for.
        assert_eq!(unsafe { libc::kill(pid, number) }, 0);
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert!(said.contains("its clusters are gone"), "{said}");
        assert_eq!(clusters().iter().filter(|path| own(path)).count(), 0);
        let journal = home.journal("book");
        let last = journal.lines.last().expect("a record");
        assert_eq!(
            (&last["type"], &last["reason"]["why"]),
            (&"run_paused".into(), &"stopped".into())
        );
    }
}

#[test]
fn a_signal_while_the_clusters_are_set_up_leaves_nothing() {
    let home = home(COLUMN);
    home.write("base.sql", &format!("{BASE}SELECT pg_sleep(2);\n"));
    let child = home.spawn(&["rehearse", "book.md"]);
    let pid = i32::try_from(child.id()).expect("a pid");
    let lock = format!("owner {pid} ");
    let own = || {
        let owners = clusters().into_iter().map(|path| path.join("owner"));
        owners
            .filter(|owner| fs::read_to_string(owner).is_ok_and(|text| text.contains(&lock)))
            .count()
    };
    eventually("a cluster of its own", || own() > 0);
    // SAFETY: the child is ours and not yet waited for.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGINT) }, 0);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert_eq!(own(), 0);
    assert_eq!(home.runs("book"), Vec::<PathBuf>::new());
}

#[test]
fn what_a_later_undo_leaves_an_earlier_one_may_take_away_but_not_where_each_is_tried_alone() {
    let steps = format!(
        "{}{}",
        pair(
            "made",
            "CREATE TABLE made (id int);",
            "DROP TABLE IF EXISTS made;"
        ),
        pair("filled", "INSERT INTO made VALUES (1);", "SELECT 1;"),
    );
    let home = home(&steps);
    let whole = result(&home, &[], 0);
    assert_eq!(
        undo(&whole, "filled"),
        "proven together with the undo of an earlier step"
    );
    let alone = result(&home, &["--every-step"], 1);
    assert_eq!(
        undo(&alone, "filled"),
        "NOT PROVEN: shop: rows public.made 0 rows before, 1 after"
    );
}

#[test]
fn a_sequence_that_went_on_is_a_note_and_one_that_went_back_is_not() {
    let taken = pair(
        "taken",
        "INSERT INTO orders (note) VALUES ('n');",
        "DELETE FROM orders WHERE note = 'n';",
    );
    let noted = home(&taken);
    rehearse(&noted, &[])
        .exits(0)
        .says(&["note: shop: sequence public.orders_id_seq went on from 2 to 3"]);
    let set = pair(
        "set",
        "SELECT setval('orders_id_seq', 9);",
        "SELECT setval('orders_id_seq', 1);",
    );
    let found = result(&home(&set), &[], 1);
    assert_eq!(
        undo(&found, "set"),
        "NOT PROVEN: shop: sequence public.orders_id_seq went back from 2 to 1: it will give out values a second time"
    );
}

#[test]
fn the_schema_of_a_real_database_comes_without_rows_and_says_how_many_there_are() {
    let server = Server::new();
    server.sql(
        "CREATE ROLE app LOGIN PASSWORD 'real-password'; CREATE ROLE maker CREATEDB BYPASSRLS NOINHERIT; GRANT maker TO app;
         CREATE TABLE orders (id int PRIMARY KEY, note text); ALTER TABLE orders OWNER TO app;
         INSERT INTO orders SELECT g FROM generate_series(1, 1234) g; ANALYZE orders;
         CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'far.example');
         CREATE USER MAPPING FOR app SERVER far OPTIONS (user 'app', password 'real-password');",
    );
    let home = Home::new();
    let look = "```sql {name=look check}\nSELECT NOT EXISTS (SELECT FROM orders) AND NOT EXISTS (SELECT FROM pg_user_mapping)\n\
        AND pg_get_userbyid(relowner) = 'app' AND pg_has_role('app', 'maker', 'member') AND rolcreatedb AND rolbypassrls\n\
        AND NOT rolinherit AND NOT rolcreaterole FROM pg_class, pg_roles WHERE relname = 'orders' AND rolname = 'maker';\n```\n\n";
    home.write("book.md", &format!("{look}{COLUMN}"));
    let from = format!("default={}", server.url());
    let outcome = rehearse(&home, &["--schema-from", &from]).exits(0).says(&[
        "default: 1 table, all empty here; rows there: public.orders about 1,234",
        "undo proven for 1 of 1",
    ]);
    assert!(
        !outcome.stdout.contains("real-password"),
        "{}",
        outcome.stdout
    );
    let journal = home.journal("book");
    let cluster = &journal.lines[0]["rehearsal"]["clusters"][0];
    assert!(
        cluster["schema_from"]
            .as_str()
            .is_some_and(|url| url.contains("/shop")),
        "{cluster}"
    );
    rehearse(&home, &["--schema-from", "other=postgresql://h/db"])
        .exits(2)
        .says(&["names no connection", "NAME=URL"]);
    rehearse(
        &home,
        &["--schema-from", "default=postgresql:///gone?host=/nowhere"],
    )
    .exits(3)
    .says(&["cannot be copied", "nothing was executed"]);
}

#[test]
fn clusters_that_are_kept_answer_until_they_are_ended_as_it_was_said() {
    let home = home(COLUMN);
    let result = result(&home, &["--keep"], 0);
    let kept = &result["kept"][0];
    let url = kept["connections"][0]["url"].as_str().expect("a URL");
    let columns = || {
        let query = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'orders'";
        std::process::Command::new("psql")
            .args(["-XAtc", query, url])
            .output()
            .expect("psql")
    };
    assert_eq!(String::from_utf8_lossy(&columns().stdout), "3\n");
    // Another rehearsal sweeps what dead ones left behind, and leaves this alone.
    rehearse(&home, &[]).exits(0);
    assert_eq!(String::from_utf8_lossy(&columns().stdout), "3\n");
    let end = kept["end"].as_str().expect("a command");
    let ended = std::process::Command::new("sh").args(["-c", end]).status();
    assert!(ended.is_ok_and(|status| status.success()), "{end}");
    assert!(!columns().status.success());
}

#[test]
fn it_works_for_root_and_for_any_user() {
    let home = home(COLUMN);
    rehearse(&home, &[]).exits(0);
    // SAFETY: it only asks.
    if unsafe { libc::geteuid() } != 0 {
        not_tested("a rehearsal by another user; only root may become one");
        return;
    }
    let other = Home::new();
    for name in ["book.md", "base.sql"] {
        fs::copy(home.path().join(name), other.path().join(name)).expect("a copy");
    }
    let copy = other.path().join("stepmark");
    fs::copy(stepmark(), &copy).expect("a copy of the program");
    let given = std::process::Command::new("chown")
        .args(["-R", "nobody", &other.path().display().to_string()])
        .status();
    assert!(given.is_ok_and(|status| status.success()));
    let mut command = std::process::Command::new("runuser");
    command
        .args(["-u", "nobody", "--", "env", "-i"])
        .arg(format!(
            "PATH={}",
            std::env::var("PATH").unwrap_or_default()
        ))
        .arg(format!("HOME={}", other.path().display()))
        .arg(&copy)
        .args(["rehearse", "book.md"])
        .current_dir(other.path());
    Outcome::of(command)
        .exits(0)
        .says(&["undo proven for 1 of 1"]);
}
