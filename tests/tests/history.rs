//! Past runs: listed, filtered, pruned, and what they say of the next one.

use std::fs;

use serde_json::Value;
use stepmark_tests::{Home, Server};

const GOOD: &str = "```bash {name=one}\necho one\n```\n";
const BAD: &str = "```bash {name=one}\nexit 3\n```\n";

/// A change with its undo, for production, on a throwaway cluster that is set up from [`BASE`].
const REHEARSED: &str = "---\nenvironment: production\nrehearsal:\n  default: { setup: base.sql }\n---\n\n\
    ```sql {name=column}\nALTER TABLE orders ADD COLUMN status text;\n```\n\n\
    ```sql {name=undo-column rollback=column}\nALTER TABLE orders DROP COLUMN IF EXISTS status;\n```\n";
const BASE: &str = "CREATE TABLE orders (id serial PRIMARY KEY, note text);\n";

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("JSON lines")
}

#[test]
fn runs_are_listed_newest_first_and_filtered() {
    let (home, server) = (Home::new(), Server::new());
    home.write("good.md", GOOD);
    home.write("bad.md", BAD);
    home.write("sql.md", "```sql\nSELECT 1;\n```\n");
    home.stepmark(&["runs"]).exits(0).says(&["no runs"]);
    home.stepmark(&["run", "good.md"]).exits(0);
    home.stepmark(&["run", "bad.md"]).exits(1);
    home.stepmark(&["run", "sql.md", "--connect", &server.url()])
        .exits(0);
    let found = |more: &[&str]| {
        let arguments = [&["runs", "--json"], more].concat();
        let outcome = home.stepmark(&arguments).exits(0);
        let runs = lines(&outcome.stdout);
        let name = |run: &Value| run["runbook"].as_str().expect("a name").to_owned();
        runs.iter().map(name).collect::<Vec<String>>()
    };
    assert_eq!(found(&[]), ["sql", "bad", "good"]);
    assert_eq!(found(&["."]), ["sql", "bad", "good"]);
    assert_eq!(found(&["--failed"]), ["bad"]);
    assert_eq!(found(&["--unknown"]), Vec::<String>::new());
    for name in ["good", "good.md"] {
        assert_eq!(found(&["--runbook", name]), ["good"]);
    }
    let part_of_a_path: [&str; 0] = [];
    assert_eq!(found(&["--runbook", "o"]), part_of_a_path);
    assert_eq!(found(&["--target", "shop"]), ["sql"]);
    assert_eq!(found(&["--target", "elsewhere"]), Vec::<String>::new());
    assert_eq!(found(&["--since", "1h"]), ["sql", "bad", "good"]);
    assert_eq!(found(&["--since", "2999-01-01"]), Vec::<String>::new());
    assert_eq!(
        found(&["--by", "nobody-of-that-name"]),
        Vec::<String>::new()
    );
    home.stepmark(&["runs"])
        .exits(0)
        .says(&["shop on ", "paused: step one failed", "3 runs"]);
    home.stepmark(&["runs", "--since", "soon"])
        .exits(2)
        .says(&["no time", "7d"]);
}

#[test]
fn pruning_keeps_the_newest_the_unfinished_and_the_chain() {
    let home = Home::new();
    home.write("book.md", GOOD);
    home.stepmark(&["run", "book.md"]).exits(0);
    home.write("book.md", BAD);
    home.stepmark(&["run", "book.md"]).exits(1);
    home.write("book.md", GOOD);
    for _ in 0..3 {
        home.stepmark(&["run", "book.md"]).exits(0);
    }
    home.stepmark(&["runs", "--prune"])
        .exits(2)
        .says(&["--keep N"]);
    home.stepmark(&["runs", "--prune", "--keep", "1"])
        .exits(3)
        .says(&["3 runs would be removed", "--yes"]);
    home.stepmark(&["runs", "--prune", "--younger", "1d", "--yes"])
        .exits(0)
        .says(&["nothing to remove"]);
    assert_eq!(home.runs("book").len(), 5);
    home.stepmark(&["runs", "--prune", "--keep", "1", "--yes"])
        .exits(0)
        .says(&["removed 3 of 3 runs"]);
    let mut left = home.runs("book");
    left.retain(|path| path.is_dir());
    assert_eq!(left.len(), 2, "the newest and the unfinished one");
    home.stepmark(&["verify", "last"])
        .exits(0)
        .says(&["was pruned by "]);
    home.stepmark(&["verify", &left[0].display().to_string()])
        .exits(0);
    home.stepmark(&["run", "book.md"]).exits(0);
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_deleted_run_shows_in_the_next_one() {
    let home = Home::new();
    home.write("book.md", GOOD);
    home.stepmark(&["run", "book.md"]).exits(0);
    home.stepmark(&["run", "book.md"]).exits(0);
    home.stepmark(&["verify", "last"]).exits(0);
    fs::remove_dir_all(&home.runs("book")[0]).expect("ours");
    home.stepmark(&["verify", "last"])
        .exits(1)
        .says(&["it was deleted or moved"]);
}

#[test]
fn verify_says_as_json_which_claim_is_broken_and_where() {
    let home = Home::new();
    home.write("book.md", GOOD);
    home.stepmark(&["run", "book.md"]).exits(0);
    let verdict = |code| {
        let outcome = home.stepmark(&["verify", "last", "--json"]).exits(code);
        serde_json::from_str::<Value>(&outcome.stdout).expect("JSON")
    };
    let whole = verdict(0);
    assert_eq!(
        (&whole["verdict"], &whole["records"]),
        (&"holds".into(), &4.into())
    );
    let run = home.runs("book").pop().expect("a run");
    let journal = run.join("journal.jsonl");
    let text = fs::read_to_string(&journal).expect("ours");
    fs::write(&journal, text.replacen("echo one", "echo two", 1)).expect("ours");
    let broken = verdict(1);
    assert_eq!(broken["verdict"], "broken");
    let chain = &broken["checks"][0];
    let byte = text.find("\n{\"v\":1,\"seq\":2").expect("a second line") + 1;
    let place = serde_json::json!({"file": "journal.jsonl", "record": 2, "line": 2, "byte": byte});
    assert_eq!(
        (&chain["claim"], &chain["proof"]),
        (&"chain".into(), &"broken".into())
    );
    assert_eq!(chain["place"], place);
}

#[test]
fn production_says_what_never_succeeded_and_past_runs_give_estimates() {
    let home = Home::new();
    let book = |text: &str| {
        format!("---\nenvironment: production\n---\n\n```bash {{name=one}}\n{text}\n```\n")
    };
    home.write("book.md", &book("sleep 0.01"));
    let run = ["run", "book.md", "--environment", "production"];
    let said = "This exact text never succeeded in any run this machine knows: one";
    home.stepmark(&run).exits(0).says(&[said]);
    let again = home.stepmark(&run).exits(0);
    assert!(
        !again.stderr.contains("never succeeded"),
        "{}",
        again.stderr
    );
    assert!(
        again.stdout.contains("by estimates and past runs"),
        "{}",
        again.stdout
    );
    home.write("book.md", &book("sleep 0.02"));
    home.stepmark(&run).exits(0).says(&[said]);
}

#[test]
fn what_is_asked_for_wrongly_is_no_broken_proof() {
    let home = Home::new();
    home.write("book.md", "```bash {name=one}\ntrue\n```\n");
    home.stepmark(&["run", "book.md", "--yes"]).exits(0);
    home.stepmark(&["report", "last", "-o", "gone/out.html"])
        .exits(2)
        .says(&["cannot write gone/out.html", "-o FILE"]);
    let copy = home.path().join("copy");
    fs::create_dir(&copy).expect("a folder");
    fs::write(copy.join("journal.jsonl"), "").expect("a file");
    home.stepmark(&["verify", "copy"])
        .exits(2)
        .says(&["is called by the run's id"]);
}

#[test]
fn rehearsals_are_pruned_however_they_ended_and_told_as_failed_where_they_do_not_hold() {
    let home = Home::new();
    home.write(
        "book.md",
        "```sql {name=look check}\nSELECT true;\n```\n\n```sql {name=wrong}\nSELECT nothing;\n```\n",
    );
    home.stepmark(&["rehearse", "book.md"]).exits(1);
    home.stepmark(&["rehearse", "book.md"]).exits(1);
    let failed = home.stepmark(&["runs", "--failed"]).exits(0).stdout;
    assert_eq!(failed.matches("DOES NOT HOLD").count(), 2, "{failed}");
    home.stepmark(&["runs", "--prune", "--keep", "1", "--yes"])
        .exits(0)
        .says(&["removed 1 of 1 runs"]);
    let left = home.stepmark(&["runs", "--json"]).exits(0).stdout;
    assert_eq!(left.lines().count(), 1, "{left}");
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_run_says_when_its_exact_text_was_rehearsed_and_how_that_came_out() {
    let home = Home::new();
    home.write("base.sql", BASE);
    home.write("book.md", REHEARSED);
    let server = Server::new();
    server.sql(BASE);
    let url = server.url();
    let run = ["run", "book.md", "--connect", &url];
    home.stepmark(&run)
        .exits(3)
        .says(&["This runbook was never rehearsed."]);
    home.stepmark(&["rehearse", "book.md"]).exits(0);
    let version = server.sql("SHOW server_version");
    let version = version.split(' ').next().expect("a version");
    let good = format!("ago on PostgreSQL {version}, undo proven for 1 of 1");
    let now = format!("rehearsed just now on PostgreSQL {version}, undo proven for 1 of 1");
    let refused = home.stepmark(&run).exits(3);
    assert!(
        refused.stderr.contains(&good) || refused.stderr.contains(&now),
        "{}",
        refused.stderr
    );
    home.write(
        "book.md",
        &REHEARSED.replace("ADD COLUMN status text", "ADD COLUMN status int"),
    );
    home.stepmark(&run)
        .exits(3)
        .says(&["never rehearsed with this exact text; another one was, just now"]);
    let broken = REHEARSED.replace("DROP COLUMN IF EXISTS status", "ALTER note SET DEFAULT 'x'");
    home.write("book.md", &broken);
    home.stepmark(&["rehearse", "book.md"]).exits(1);
    home.stepmark(&run)
        .exits(3)
        .says(&["and it DID NOT HOLD: undo proven for 0 of 1"]);
    let runs = home.stepmark(&["runs"]).exits(0);
    runs.says(&[
        "rehearsal: holds, undo proven for 1 of 1",
        "rehearsal: DOES NOT HOLD",
    ]);
}
