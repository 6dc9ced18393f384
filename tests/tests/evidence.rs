//! What a run leaves: the directory, the report, and a verification that cannot be fooled.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use stepmark_tests::{Home, Server};

const BOOK: &str = "# A small book\n\n```bash {name=one}\necho 'first | <b>'\n```\n\n```bash {name=big}\nseq 5000\n```\n";

#[test]
fn a_run_leaves_its_directory() {
    let home = Home::new();
    home.write("book.md", BOOK);
    home.stepmark(&["run", "book.md"])
        .exits(0)
        .says(&["[1/2] one", "succeeded: 2 of 2 steps are done"]);
    let run = home.runs("book").pop().expect("a run");
    let mode = |path: &std::path::Path| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(&run), 0o700);
    assert_eq!(mode(&run.join("journal.jsonl")), 0o600);
    assert_eq!(
        fs::read_to_string(run.join("runbook.md")).expect("a copy"),
        BOOK
    );
    assert_eq!(
        fs::read_to_string(home.path().join(".stepmark/.gitignore"))
            .expect("ignored")
            .trim(),
        "*"
    );
    let whole = fs::read_to_string(run.join("outputs/02-big.1.log")).expect("over 8 KiB");
    assert_eq!(whole.lines().count(), 5000);
    let report = fs::read_to_string(run.join("report.md")).expect("a report");
    assert!(
        report.contains("**succeeded**") && report.contains("first | <b>"),
        "{report}"
    );
    let printed = home.stepmark(&["report", "last"]).exits(0);
    assert_eq!(printed.stdout, report);
}

#[test]
fn every_touch_is_found() {
    let home = Home::new();
    home.write("book.md", BOOK);
    home.stepmark(&["run", "book.md"]).exits(0);
    let run = home.runs("book").pop().expect("a run");
    home.stepmark(&["verify", "last"]).exits(0);
    for name in [
        "journal.jsonl",
        "runbook.md",
        "outputs/02-big.1.log",
        "report.md",
    ] {
        let path = run.join(name);
        let before = fs::read(&path).expect("part of the run");
        let mut after = before.clone();
        let middle = after.len() / 2;
        after[middle] ^= 1;
        fs::write(&path, &after).expect("ours");
        home.stepmark(&["verify", "last"]).exits(1);
        fs::write(&path, &before).expect("ours");
    }
    fs::remove_file(run.join("outputs/02-big.1.log")).expect("ours");
    home.stepmark(&["verify", "last"])
        .exits(1)
        .says(&["02-big.1.log"]);
}

#[test]
fn runs_are_linked_and_found_by_id_prefix_and_path() {
    let home = Home::new();
    home.write("book.md", BOOK);
    home.stepmark(&["run", "book.md"]).exits(0);
    home.stepmark(&["run", "book.md"]).exits(0);
    let runs = home.runs("book");
    let id = |at: usize| {
        runs[at]
            .file_name()
            .expect("an id")
            .to_string_lossy()
            .into_owned()
    };
    let second = home.journal("book");
    assert_eq!(second.lines[0]["previous"]["run"], id(0).as_str());
    let whole = home.stepmark(&["report", &id(1)]).exits(0);
    let by_path = home
        .stepmark(&["report", &runs[1].display().to_string()])
        .exits(0);
    assert_eq!(whole.stdout, by_path.stdout);
    home.stepmark(&["report", "2"])
        .exits(2)
        .says(&["type more"]);
}

#[test]
fn the_first_record_says_who_and_the_target_says_where() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", "```sql\nSELECT 1 AS one;\n```\n");
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(0);
    let journal = home.journal("book");
    assert_eq!(
        journal.types(),
        [
            "run_started",
            "target_identified",
            "step_started",
            "step_finished",
            "run_finished"
        ]
    );
    let target = &journal.lines[1]["target"];
    let system = server.sql("SELECT system_identifier FROM pg_control_system()");
    assert_eq!(target["system_identifier"], system.as_str());
    assert_eq!(
        (&target["database"], &target["role"]),
        (&"shop".into(), &"primary".into())
    );
    assert!(journal.lines[0]["operator"]["host"].is_string());
    assert_eq!(journal.lines[2]["text"], "SELECT 1 AS one;\n");
    let excerpt = &journal.lines[3]["output"]["excerpt"];
    assert_eq!(excerpt, " one \n-----\n   1\n(1 row)\n\n");
}

#[test]
fn json_streams_the_records() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let outcome = home.stepmark(&["run", "book.md", "--json"]).exits(0);
    let types: Vec<String> = outcome
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["type"].to_string()
        })
        .collect();
    assert_eq!(types.len(), 6, "{types:?}");
    assert_eq!(types[5], "\"run_finished\"");
}

#[test]
fn variables_and_directory_go_on_to_the_next_step() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash\nexport NAME='two\nlines'; mkdir sub; cd sub\n```\n\n```bash {name=next}\nprintf '%s|%s' \"$NAME\" \"${PWD##*/}\"\n```\n",
    );
    home.stepmark(&["run", "book.md"]).exits(0);
    let journal = home.journal("book");
    let last = journal.of("step_finished").last().expect("an outcome");
    assert_eq!(last["output"]["excerpt"], "two\nlines|sub");
}

#[test]
fn a_shell_step_reaches_the_same_database_without_a_password_in_sight() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", "```bash {name=ask}\npsql -XAt -c 'SELECT current_database()'\nenv | grep -c PGPASSWORD || true\n```\n\n```sql\nSELECT 1;\n```\n");
    let mut command = home.command(&["run", "book.md", "--connect", &server.url()]);
    command
        .env("PGDATABASE", "postgres")
        .env("PGPASSWORD", "hunter22");
    stepmark_tests::Outcome::of(command).exits(0);
    let journal = home.journal("book");
    let first = journal.of("step_finished").next().expect("an outcome");
    assert_eq!(first["output"]["excerpt"], "shop\n0\n");
    for file in home.leftovers() {
        let text = String::from_utf8_lossy(&fs::read(&file).expect("ours")).into_owned();
        assert!(!text.contains("hunter22"), "{}", file.display());
    }
}
