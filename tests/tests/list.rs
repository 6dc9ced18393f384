//! `stepmark list` and `stepmark graph`: what there is, where the last run left it, and how it hangs together.

use std::fs;

use serde_json::{Value, json};
use stepmark_tests::{Home, Outcome};

const BOOK: &str = r#"# Add a status

## Back up

```bash {name=backup required timeout=10m}
true
```

```bash {name=unbackup rollback=backup}
true
```

## Change / 表

```bash {name=change confirm="shop 1"}
true
```

```bash {name=there probe=change}
true
```

- [ ] Tell them
- [ ] Wait

```sh {name=broken}
exit 3
```

```sh {name=alone needs=none}
true
```
"#;

fn objects(outcome: &Outcome) -> Vec<Value> {
    let lines = outcome.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect()
}

fn squeezed(outcome: &Outcome) -> Vec<String> {
    let lines = outcome.stdout.lines();
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn the_steps_of_a_runbook_are_a_table_under_its_headings() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let listed = home.stepmark(&["list", "book.md"]).exits(0);
    let expected = "\
Add a status
book.md: 6 steps

  #  id                   kind    line  needs           flags
Back up
  1  backup               bash       5                  required timeout=10m
       rollback unbackup  bash       9
Change / 表
  2  change               bash      15                  confirm=\"shop 1\"
       probe there        bash      19
  3  tell-them            manual    23
  4  wait                 manual    24  change
  5  broken               sh        26  tell-them,wait
  6  alone                sh        30  none
";
    assert_eq!(listed.stdout, expected);
    assert!(home.leftovers().is_empty());
}

#[test]
fn the_last_run_is_shown_beside_each_step() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let run = ["run", "book.md", "--yes", "--confirm", "change=shop 1"];
    home.stepmark(&run).exits(1);
    home.write(
        "book.md",
        &BOOK.replace("required timeout=10m}\ntrue", "required}\n:"),
    );
    let listed = home.stepmark(&["list", "book.md"]).exits(0);
    let lines = squeezed(&listed);
    let starts = |start: &str| {
        let found = lines.iter().find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in {}", listed.stdout))
    };
    assert!(starts("last run 2").ends_with(": paused: step broken failed"));
    assert!(starts("1 backup").contains("done in "), "{}", listed.stdout);
    assert!(
        starts("1 backup").ends_with("changed since"),
        "{}",
        listed.stdout
    );
    assert!(
        !starts("2 change").ends_with("changed since"),
        "{}",
        listed.stdout
    );
    assert!(starts("3 tell-them").ends_with("done"), "{}", listed.stdout);
    assert!(
        starts("5 broken").contains("failed in "),
        "{}",
        listed.stdout
    );
    assert_eq!(starts("6 alone"), "6 alone sh 30 none");

    let json = home.stepmark(&["list", "book.md", "--json"]).exits(0);
    let book = &objects(&json)[0];
    assert_eq!(book["last_run"]["result"], "paused");
    assert_eq!(book["last_run"]["reason"], "step broken failed");
    let journal = home.journal("book");
    let id = journal.directory.file_name().unwrap().to_str().unwrap();
    assert_eq!(book["last_run"]["run"], id);
    assert_eq!(
        book["last_run"]["last_record"],
        journal.lines.last().unwrap()["at"]
    );
    let states: Vec<(&str, &str)> = book["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let state = step["last"]["state"].as_str().unwrap_or("-");
            (step["id"].as_str().unwrap(), state)
        })
        .collect();
    let expected = [
        ("backup", "done"),
        ("unbackup", "-"),
        ("change", "done"),
        ("there", "-"),
        ("tell-them", "done"),
        ("wait", "done"),
        ("broken", "failed"),
        ("alone", "-"),
    ];
    assert_eq!(states, expected);
    let change = &book["steps"][2];
    assert_eq!(change["number"], 2);
    assert_eq!(change["line"], 15);
    assert_eq!(change["needs"], json!(["backup"]));
    assert_eq!(change["confirm"], "shop 1");
    assert_eq!(book["steps"][1]["of"], "backup");
    assert_eq!(book["steps"][1]["number"], Value::Null);
}

#[test]
fn runs_kept_elsewhere_are_found_when_it_is_said_where() {
    let home = Home::new();
    home.write("book.md", "```sh\ntrue\n```\n");
    home.stepmark(&["run", "book.md", "--log-dir", "logs"])
        .exits(0);
    let without = home.stepmark(&["list", "book.md"]).exits(0);
    assert!(!without.stdout.contains("last run"), "{}", without.stdout);
    for path in ["book.md", "."] {
        home.stepmark(&["list", path, "--log-dir", "logs"])
            .exits(0)
            .says(&["last run", "succeeded"]);
    }
}

#[test]
fn a_folder_lists_runbooks_with_their_last_run() {
    let home = Home::new();
    fs::create_dir(home.path().join("deep")).unwrap();
    home.write(
        "book.md",
        "---\nowner: team-a\n---\n# Book\n\n```sh\ntrue\n```\n\n- [ ] tick\n",
    );
    home.write("deep/bad.md", "# Bad\n\n```sh {zzz}\n:\n```\n");
    home.write("words.md", "Only words.\n");
    home.write("never.md", "# Never run\n\n```sh\n:\n```\n");
    home.stepmark(&["run", "book.md"]).exits(3);
    home.stepmark(&["run", "book.md", "--yes"]).exits(0);
    let listed = home.stepmark(&["list", "."]).exits(0);
    let lines = squeezed(&listed);
    assert_eq!(
        lines[0],
        "file title owner steps errors last run result succeeded"
    );
    assert!(lines[1].starts_with("book.md Book team-a 2 2"), "{lines:?}");
    assert!(lines[1].ends_with(" UTC succeeded 1 of 2"), "{lines:?}");
    assert_eq!(lines[2], "deep/bad.md Bad 1 1");
    assert_eq!(lines[3], "never.md Never run 1");
    assert_eq!(lines[5], "3 runbooks");

    let json = objects(&home.stepmark(&["list", ".", "--json"]).exits(0));
    assert_eq!(json.len(), 3);
    assert_eq!(json[0]["last_run"]["result"], "succeeded");
    assert_eq!(json[0]["steps"], 2);
    assert_eq!(json[0]["owner"], "team-a");
    assert_eq!(json[0]["runs"], json!({ "succeeded": 1, "over": 2 }));
    assert_eq!(json[0]["last_rehearsal"], Value::Null);
    assert_eq!(
        (&json[1]["errors"], &json[1]["last_run"]),
        (&json!(1), &Value::Null)
    );
    fs::create_dir(home.path().join("empty")).expect("our own folder");
    home.stepmark(&["list", "empty"])
        .exits(0)
        .says(&["no runbooks below empty"]);
}

/// A journal as a rehearsal leaves it: its first record says so, the last but one concludes.
fn rehearsal(home: &Home, name: &str, holds: bool) {
    let real = home.runs("book").pop().expect("a run");
    let folder = home.path().join(".stepmark/book").join(name);
    fs::create_dir(&folder).expect("our own folder");
    let text = fs::read_to_string(real.join("journal.jsonl")).expect("our own folder");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[0] = lines[0].replacen(
        "\"steps\":",
        "\"rehearsal\":{\"part\":\"to_the_end\",\"clusters\":[]},\"steps\":",
        1,
    );
    let concluded =
        format!("{{\"v\":1,\"type\":\"rehearsal_concluded\",\"holds\":{holds},\"steps\":[]}}");
    lines.insert(lines.len() - 1, concluded);
    fs::write(folder.join("journal.jsonl"), lines.join("\n") + "\n").expect("our own folder");
}

#[test]
fn rehearsals_stand_apart_from_runs_on_the_real_servers() {
    let home = Home::new();
    home.write("book.md", "# Book\n\n```sh {name=one}\ntrue\n```\n");
    home.stepmark(&["run", "book.md"]).exits(0);
    let real = home.runs("book").pop().unwrap();
    let real = real.file_name().unwrap().to_string_lossy().into_owned();
    rehearsal(&home, "20981120T021405Z-000001", false);
    let listed = home.stepmark(&["list", "."]).exits(0);
    listed.says(&[
        "last rehearsal",
        "2098-11-20 02:14:05 UTC, does not hold  ",
        "1 of 1",
    ]);
    rehearsal(&home, "20981121T021405Z-000001", true);
    home.stepmark(&["list", "."])
        .exits(0)
        .says(&["2098-11-21 02:14:05 UTC, holds  "]);
    home.write("book.md", "# Book\n\n```sh {name=one}\n:\n```\n");
    let json = objects(&home.stepmark(&["list", ".", "--json"]).exits(0));
    let found = &json[0]["last_rehearsal"];
    assert_eq!(found["run"], "20981121T021405Z-000001");
    assert_eq!(
        (&found["holds"], &found["changed"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(json[0]["last_run"]["run"], real);
    assert_eq!(json[0]["runs"], json!({ "succeeded": 1, "over": 1 }));
    home.stepmark(&["list", "book.md"])
        .exits(0)
        .says(&[&format!("last run {real}: succeeded")]);
}

#[test]
fn a_run_that_ended_without_a_word_is_broken_off() {
    let home = Home::new();
    home.write("book.md", "```bash\nmkfifo held; read line < held\n```\n");
    let mut child = home.spawn(&["run", "book.md"]);
    home.when_started("book", 1);
    home.stepmark(&["list", "."]).exits(0).says(&["running"]);
    home.stepmark(&["list", "book.md"])
        .exits(0)
        .says(&[": running\n"]);
    child.kill().unwrap();
    child.wait().unwrap();
    home.stepmark(&["list", "."]).exits(0).says(&["broken off"]);
    let listed = home.stepmark(&["list", "book.md"]).exits(0);
    assert!(
        squeezed(&listed)
            .iter()
            .any(|line| line.starts_with("1 step") && line.ends_with("broken off")),
        "{}",
        listed.stdout
    );
}

#[test]
fn a_damaged_log_is_told_and_the_steps_are_listed() {
    let home = Home::new();
    home.write("book.md", "```sh {name=one}\ntrue\n```\n");
    home.stepmark(&["run", "book.md"]).exits(0);
    let journal = home.journal("book").directory.join("journal.jsonl");
    fs::write(&journal, "no record\n").unwrap();
    for path in ["book.md", "."] {
        home.stepmark(&["list", path])
            .exits(0)
            .says(&["log cannot be read: it holds no record"]);
    }
}

#[test]
fn a_runbook_with_errors_is_listed_and_drawn_and_the_exit_code_says_so() {
    let home = Home::new();
    home.write(
        "book.md",
        "```sh {name=a needs=b}\n:\n```\n\n```sh {name=b}\n:\n```\n",
    );
    let hint = "book.md has 1 error; `stepmark check book.md` shows them";
    home.stepmark(&["list", "book.md"])
        .exits(2)
        .says(&[hint, "a", "b"]);
    let drawn = home.stepmark(&["graph", "book.md"]).exits(2).says(&[hint]);
    assert!(drawn.stdout.contains("  s2 --> s1\n"), "{}", drawn.stdout);
    for command in ["list", "graph"] {
        home.stepmark(&[command, "gone.md"])
            .exits(2)
            .says(&["cannot read gone.md: No such file or directory", "hint:"]);
    }
}

#[test]
fn a_graph_comes_in_three_languages_and_always_the_same() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let drawn = |format: &str| {
        let arguments = ["graph", "book.md", "--format", format];
        let once = home.stepmark(&arguments).exits(0).stdout;
        assert_eq!(home.stepmark(&arguments).exits(0).stdout, once);
        once
    };
    let mermaid = drawn("mermaid");
    assert!(
        mermaid.starts_with("flowchart TD\n  s1[\"backup (bash)"),
        "{mermaid}"
    );
    assert!(mermaid.contains("\n  s1 -. rollback .-> s2\n"), "{mermaid}");
    let dot = drawn("dot");
    assert!(dot.starts_with("digraph runbook {\n"), "{dot}");
    assert!(
        dot.contains("  s3 -> s4 [style=dotted, label=\"probe\"];\n"),
        "{dot}"
    );
    let json: Value = serde_json::from_str(&drawn("json")).expect("JSON");
    assert_eq!(json["nodes"].as_array().map(Vec::len), Some(8));
    let edge = json!({"from": "backup", "to": "unbackup", "kind": "rollback"});
    assert!(json["edges"].as_array().unwrap().contains(&edge), "{json}");
}

#[test]
fn control_characters_of_a_runbook_stay_out_of_every_listing() {
    let home = Home::new();
    home.write(
        "book.md",
        "# T\u{9b}31m\u{202e}\n\n## H\u{7}\u{1b}]0;x\u{7}\n\n```sh {confirm=\"\u{1b}[31m\"}\n:\n```\n",
    );
    let listings = [
        vec!["list", "book.md"],
        vec!["list", "book.md", "--json"],
        vec!["list", "."],
        vec!["list", ".", "--json"],
        vec!["graph", "book.md"],
        vec!["graph", "book.md", "--format", "dot"],
        vec!["graph", "book.md", "--format", "json"],
        vec!["check", "book.md"],
        vec!["check", "book.md", "--format", "json"],
        vec!["check", "book.md", "--format", "github"],
    ];
    for arguments in listings {
        let outcome = home.stepmark(&arguments);
        for text in [&outcome.stdout, &outcome.stderr] {
            let bad = text
                .chars()
                .find(|sign| sign.is_control() && *sign != '\n' || *sign == '\u{202e}');
            assert_eq!(bad, None, "{arguments:?}: {text:?}");
        }
    }
}
