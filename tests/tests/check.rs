//! `stepmark check`: what is found is said where it stands, for people, programs and a forge, and nothing runs.

use std::fs;

use serde_json::Value;
use stepmark_tests::{Home, Outcome};

/// One of each mistake that a person makes, with the line and column it is made at.
const MISTAKES: &[(&str, &str, u64, u64)] = &[
    ("```sh {nmae=x}\n:\n```\n", "attribute-unknown", 1, 8),
    (
        "\n```sh {name=a name=b}\n:\n```\n",
        "attribute-duplicate",
        2,
        15,
    ),
    ("```sh {timeout=soon}\n:\n```\n", "attribute-value", 1, 16),
    ("```sh {check\n:\n```\n", "attribute-syntax", 1, 7),
    (
        "- [ ] 表 <!-- {check} -->\n",
        "attribute-not-applicable",
        1,
        15,
    ),
    ("```sh {needs=gone}\n:\n```\n", "unknown-id", 1, 14),
    (
        "```sh {name=a}\n:\n```\n```sh {name=a}\n:\n```\n",
        "duplicate-id",
        4,
        13,
    ),
    ("```sh {name=a needs=a}\n:\n```\n", "cycle", 1, 21),
    ("```sql\nSELECT 1;\n\\d users\n```\n", "meta-command", 3, 1),
    ("```sql\nSELECT 'open;\n```\n", "sql-unfinished", 2, 8),
    (
        "```sh\n\u{feff}echo \u{202e}\n```\n",
        "invisible-character",
        2,
        1,
    ),
    ("```sh\n\techo \u{1b}[0m\n```\n", "control-character", 2, 7),
    ("- a\n\n  ```text\n  open\n", "fence-unclosed", 3, 3),
    (
        "---\nconections: {}\n---\n\n```sh\n:\n```\n",
        "front-matter-unknown",
        2,
        1,
    ),
    (
        "---\ninputs:\n  mode: { choices: [fast, slow], default: medium }\n---\n\n```sh\n:\n```\n",
        "front-matter-value",
        3,
        43,
    ),
    (
        "```sql\nSELECT 1,\n       :'app_db';\n```\n",
        "undeclared-variable",
        3,
        8,
    ),
    (
        "```sql {gexec=standby}\nSELECT 'SELECT 1';\n```\n",
        "unknown-connection",
        1,
        15,
    ),
    (
        "```sql {name=a}\nSELECT 1;\n```\n```sql {needs=none same=a}\nSELECT 1;\n```\n",
        "wrong-role",
        4,
        25,
    ),
    (
        "```sql {wait transaction timeout=1m}\nSELECT true;\n```\n",
        "attribute-conflict",
        1,
        14,
    ),
    (
        "```sql {transaction}\nSELECT 1;\nCOMMIT;\n```\n",
        "transaction-control",
        3,
        1,
    ),
    (
        "```sql {promptEnv=yes}\nSELECT 1;\n```\n",
        "attribute-unsupported",
        1,
        9,
    ),
];

/// One of each thing that runs as it is written and may not be meant, with its place.
const DOUBTS: &[(&str, &str, u64, u64)] = &[
    (
        "```sql\nALTER TABLE t ADD a int;\n\n-- migrate:down\nALTER TABLE t DROP a;\n```\n",
        "up-and-down",
        4,
        1,
    ),
    (
        "```sql\nCREATE VIEW v AS VALUES (1);\n  DROP VIEW v;\n```\n",
        "up-and-down",
        3,
        3,
    ),
    (
        "```sql\nSELECT 1; DROP TABLE users;\n```\n",
        "destructive-without-rollback",
        2,
        11,
    ),
    (
        "```sh {check}\nkubectl logs app > log\n! grep ERROR log\n```\n",
        "check-inverted",
        3,
        1,
    ),
    (
        "```sql\nSELECT 1;\nALTER ROLE app PASSWORD 'S3cret';\n```\n",
        "secret-in-runbook",
        3,
        25,
    ),
    (
        "```fish\nls\n```\n\n```sh\n:\n```\n",
        "language-not-run",
        1,
        4,
    ),
];

#[test]
fn each_mistake_is_shown_with_its_line_and_column() {
    let home = Home::new();
    for (source, code, line, column) in MISTAKES {
        is_shown(
            &home,
            source,
            "error",
            &Value::from(*code),
            (*line, *column),
        );
    }
    assert!(home.leftovers().is_empty());
}

#[test]
fn each_doubt_is_shown_with_its_line_and_column_and_stops_nothing() {
    let home = Home::new();
    for (source, code, line, column) in DOUBTS {
        is_shown(
            &home,
            source,
            "warning",
            &Value::from(*code),
            (*line, *column),
        );
    }
}

/// Checks a runbook in which one thing is wrong, for people and for programs.
fn is_shown(home: &Home, source: &str, severity: &str, code: &Value, (line, column): (u64, u64)) {
    let exit = if severity == "error" { 2 } else { 0 };
    home.write("book.md", source);
    let word = code.as_str().unwrap_or_default();
    let outcome = home.stepmark(&["check", "book.md"]).exits(exit).says(&[
        &format!("{severity}[{word}]: "),
        &format!("book.md:{line}:{column}\n"),
    ]);
    assert!(!outcome.stdout.contains('\u{1b}'), "{}", outcome.stdout);
    let json = home
        .stepmark(&["check", "book.md", "--format", "json"])
        .exits(exit);
    let found = objects(&json)
        .into_iter()
        .find(|found| found["code"] == *code);
    let found = found.unwrap_or_else(|| panic!("no {word} in {}", json.stdout));
    assert_eq!(
        (found["line"].as_u64(), found["column"].as_u64()),
        (Some(line), Some(column)),
        "{source}"
    );
}

fn objects(outcome: &Outcome) -> Vec<Value> {
    let lines = outcome.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect()
}

#[test]
fn colour_comes_when_it_is_asked_for_and_only_then() {
    let home = Home::new();
    home.write("book.md", "```sh {nmae=x}\necho \u{1b}[31m\n```\n");
    let mut coloured = home.command(&["check", "book.md"]);
    coloured.env("CLICOLOR_FORCE", "1");
    let coloured = Outcome::of(coloured).exits(2);
    assert!(coloured.stdout.contains("\u{1b}[1m"), "{}", coloured.stdout);
    assert!(
        coloured.stdout.contains("echo ␛[31m"),
        "{}",
        coloured.stdout
    );
    home.stepmark(&["check", "--ascii", "book.md"])
        .exits(2)
        .says(&[" --> book.md:1:8\n", "^^^^", "= help: did you mean `name`?"]);
}

#[test]
fn a_folder_is_searched_and_what_is_no_runbook_passed_over() {
    let home = Home::new();
    for folder in ["b/deep", ".hidden", "target", "node_modules/x", ".git"] {
        fs::create_dir_all(home.path().join(folder)).unwrap();
    }
    let (good, bad) = ("```sh\n:\n```\n", "```sh {zzz}\n:\n```\n");
    let files = [
        ("z.md", good),
        ("README.md", "# No steps\n\nOnly words.\n"),
        (
            "site.md",
            "---\nlayout: page\ndate: 2026-11-21\n---\n\nWords of a web site.\n",
        ),
        ("warned.markdown", "- [x] ticked\n"),
        ("b/deep/a.md", bad),
        ("b/not-markdown.txt", bad),
        (".hidden/a.md", bad),
        (".dot.md", bad),
        ("target/a.md", bad),
        ("node_modules/x/a.md", bad),
        ("b/open.md", "~~~\n"),
    ];
    for (name, text) in files {
        home.write(name, text);
    }
    let found = home.stepmark(&["check", "."]).exits(2);
    assert!(
        found.stdout.ends_with("4 files, 2 errors, 1 warning\n"),
        "{}",
        found.stdout
    );
    let json = home
        .stepmark(&["check", ".", "b", "--format", "json"])
        .exits(2);
    let seen: Vec<Value> = objects(&json)
        .into_iter()
        .map(|one| one["file"].clone())
        .collect();
    assert_eq!(seen, ["b/deep/a.md", "b/open.md", "warned.markdown"]);
}

#[test]
fn warnings_count_only_when_they_are_denied() {
    let home = Home::new();
    home.write("book.md", "- [x] ticked\n");
    home.write("good.md", "- [ ] open\n");
    home.stepmark(&["check", "book.md", "good.md"])
        .exits(0)
        .says(&["warning[task-ticked]", "2 files, 0 errors, 1 warning\n"]);
    home.stepmark(&["check", "book.md", "--deny-warnings"])
        .exits(2);
    home.stepmark(&["check", "good.md", "--deny-warnings"])
        .exits(0);
}

#[test]
fn a_forge_gets_annotations_with_everything_escaped() {
    let home = Home::new();
    home.write("a,b: 100%.md", "```sh {nmae=x}\n:\n```\n");
    let found = home
        .stepmark(&["check", "a,b: 100%.md", "--format", "github"])
        .exits(2);
    assert_eq!(
        found.stdout.lines().next().unwrap(),
        "::error file=a%2Cb%3A 100%25.md,line=1,col=8,title=attribute-unknown::unknown attribute `nmae`%0Ahelp: did you mean `name`?"
    );
}

#[test]
fn what_cannot_be_read_is_an_error_and_the_rest_is_checked() {
    let home = Home::new();
    home.write("bad.md", "```sh {zzz}\n:\n```\n");
    home.write("words.md", "Only words.\n");
    let bytes = b"# Latin 1: \xe9\n\n```sh\n:\n```\n";
    fs::write(home.path().join("latin.md"), bytes).unwrap();
    let arguments = ["check", "gone.md", "bad.md", "latin.md", "words.md"];
    home.stepmark(&arguments).exits(2).says(&[
        "error: cannot read gone.md: No such file or directory",
        "error[attribute-unknown]",
        "error[invalid-utf8]",
        "latin.md:1:12",
        "note: words.md has no steps",
        "4 files, 3 errors, 0 warnings",
    ]);
    let json = home
        .stepmark(&["check", "gone.md", "--format", "json"])
        .exits(2);
    let found = objects(&json);
    assert_eq!(found[0]["code"], "unreadable");
    assert_eq!(found[0]["line"], Value::Null);
    home.stepmark(&["check"]).exits(2).says(&["FILE|DIR"]);
}

#[test]
fn a_password_that_one_file_was_told_of_is_shown_by_no_other() {
    let home = Home::new();
    let include = "[s](s.md) <!-- {include=s.md} -->\n";
    home.write(
        "a.md",
        &format!("---\ninputs: {{ who: {{ default: x }} }}\n---\n\n{include}"),
    );
    home.write(
        "s.md",
        "```sql\nALTER ROLE app PASSWORD 'S3cretPhrase'; SELECT :'who';\n```\n",
    );
    let told = home.stepmark(&["check", "a.md", "s.md"]).exits(2).says(&[
        "warning[secret-in-runbook]",
        "error[undeclared-variable]",
        "SELECT :'who'",
    ]);
    assert!(!told.stdout.contains("S3cretPhrase"), "{}", told.stdout);
}

#[test]
fn json_holds_all_there_is_to_know() {
    let home = Home::new();
    home.write(
        "book.md",
        "```sh {name=a}\n:\n```\n```sh {name=a}\n:\n```\n",
    );
    let json = home
        .stepmark(&["check", "--format=json", "book.md"])
        .exits(2);
    let found = objects(&json);
    assert_eq!(found.len(), 1);
    let found = &found[0];
    assert_eq!(found["file"], "book.md");
    assert_eq!(found["severity"], "error");
    assert_eq!(found["end"], serde_json::json!({"line": 4, "column": 14}));
    assert_eq!(found["related"][0]["line"], 1);
    assert_eq!(found["related"][0]["column"], 13);
    assert!(found["message"].is_string() && found["help"].is_string());
}
