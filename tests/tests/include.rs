//! Runbooks that include others, through the binary: steps, places, copies, and what becomes of a run whose parts change.

use std::fs;

use serde_json::Value;
use stepmark_tests::{Home, Outcome, Pty, Server};

const BOOK: &str = "\
# Change

```bash {name=before}
pwd > before.txt
```

## Backup

[Take a backup](shared/backup.md) <!-- {include=shared/backup.md name=backup} -->

```bash {name=after needs=backup.prove}
echo after
```
";

const BACKUP: &str = "\
# Take a backup

```bash {name=take}
pwd > take.txt
```

## Prove it

```bash {name=prove}
test -s take.txt
```
";

/// A folder with `book.md`, and `shared/backup.md` beside it.
fn home(book: &str, backup: &str) -> Home {
    let home = Home::new();
    fs::create_dir(home.path().join("shared")).expect("our own folder");
    home.write("book.md", book);
    home.write("shared/backup.md", backup);
    home
}

fn objects(outcome: &Outcome) -> Vec<Value> {
    let lines = outcome.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect()
}

#[test]
fn included_steps_run_in_their_place_and_their_text_is_kept_and_proven() {
    let home = home(BOOK, BACKUP);
    home.stepmark(&["check", "."])
        .exits(0)
        .says(&["2 files, 0 errors"]);
    home.stepmark(&["run", "book.md", "--yes"]).exits(0);
    let journal = home.journal("book");
    let order = ["before", "backup.take", "backup.prove", "after"];
    assert_eq!(journal.started(), order);
    let read = |name: &str| fs::read_to_string(home.path().join(name)).unwrap();
    // Shells start in the folder of the runbook that was named, and not in that of the included one.
    assert_eq!(read("take.txt"), read("before.txt"));

    let included = &journal.lines[0]["included"];
    assert_eq!(included[0]["path"], "shared/backup.md");
    let kept = journal
        .directory
        .join(included[0]["file"].as_str().unwrap());
    assert_eq!(fs::read_to_string(&kept).unwrap(), BACKUP);
    home.stepmark(&["verify", "last"]).exits(0);
    home.stepmark(&["report", "last"]).exits(0).says(&[
        "backup.prove",
        "line 9 of shared/backup.md",
        "| included | shared/backup.md (SHA-256 ",
    ]);

    fs::write(&kept, BACKUP.replace("test -s", "test -e")).unwrap();
    home.stepmark(&["verify", "last"])
        .exits(1)
        .says(&["runbook.include.1.md", "was run"]);
}

#[test]
fn the_listing_and_the_graph_show_included_steps_under_the_heading_of_the_include() {
    let home = home(BOOK, BACKUP);
    let listed = home.stepmark(&["list", "book.md"]).exits(0);
    let expected = "\
Change
book.md: 4 steps

  #  id            kind                   line
  1  before        bash                      3
Backup / Take a backup
  2  backup.take   bash     shared/backup.md:3
Backup / Take a backup / Prove it
  3  backup.prove  bash     shared/backup.md:9
Backup
  4  after         bash                     11
";
    let squeezed = |text: &str| {
        let lines = text.lines();
        let lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.collect::<Vec<_>>()
    };
    assert_eq!(
        squeezed(&listed.stdout),
        squeezed(expected),
        "{}",
        listed.stdout
    );
    let json = home.stepmark(&["list", "book.md", "--json"]).exits(0);
    let steps = &objects(&json)[0]["steps"];
    assert_eq!(steps[1]["file"], "shared/backup.md");
    assert_eq!(steps[1]["line"], 3);
    assert_eq!(steps[0]["file"], Value::Null);
    home.stepmark(&["graph", "book.md"]).exits(0).says(&[
        "s2[\"backup.take (bash)<br/>Take a backup\"]",
        "s1 --> s2",
        "s3 --> s4",
    ]);
}

#[test]
fn every_place_of_a_mistake_is_in_the_file_it_stands_in() {
    let backup = BACKUP.replace("{name=prove}", "{nmae=prove}");
    let home = home(BOOK, &backup);
    let expected = "\
error[attribute-unknown]: unknown attribute `nmae`
 --> shared/backup.md:9:10
  |
9 | ```bash {nmae=prove}
  |          ^^^^
";
    let checked = home.stepmark(&["check", "book.md", "--ascii"]).exits(2);
    assert!(checked.stdout.contains(expected), "{}", checked.stdout);
    let unknown = "error[unknown-id]: no step is named `backup.prove`\n  --> book.md:11:27\n";
    assert!(checked.stdout.contains(unknown), "{}", checked.stdout);

    // What is wrong with the included file is told once, although it is checked by itself, too.
    let all = home
        .stepmark(&["check", ".", "--format", "github"])
        .exits(2);
    let about = |file: &str| {
        let start = format!("::error file={file},");
        all.stdout
            .lines()
            .filter(|line| line.starts_with(&start))
            .count()
    };
    assert_eq!(
        (about("book.md"), about("shared/backup.md")),
        (1, 1),
        "{}",
        all.stdout
    );
    assert!(all.stdout.ends_with("2 files, 2 errors, 0 warnings\n"));

    let json = home
        .stepmark(&["check", "book.md", "--format", "json"])
        .exits(2);
    let files: Vec<String> = objects(&json)
        .iter()
        .map(|one| one["file"].to_string())
        .collect();
    assert_eq!(files, ["\"book.md\"", "\"shared/backup.md\""]);

    home.stepmark(&["run", "book.md", "--yes"])
        .exits(2)
        .says(&["shared/backup.md:9:10", "nothing was executed"]);
    assert!(home.runs("book").is_empty());
}

#[test]
fn from_another_folder_paths_are_shown_as_the_runbook_was_named() {
    let home = home(BOOK, &BACKUP.replace("{name=prove}", "{nmae=prove}"));
    fs::create_dir(home.path().join("team")).unwrap();
    home.write(
        "team/all.md",
        "[All](../book.md) <!-- {include=../book.md} -->\n",
    );
    home.stepmark(&["check", "team/all.md", "--ascii"])
        .exits(2)
        .says(&["--> shared/backup.md:9:10", "--> book.md:11:27"]);
}

#[test]
fn what_cannot_be_included_is_one_message_with_its_place() {
    let home = home("", "prose\n");
    fs::write(home.path().join("bad.md"), b"a\xff\n").unwrap();
    let cases = [
        ("gone.md", "include-unreadable", "`gone.md` is not there"),
        ("shared", "include-unreadable", "`shared` is a folder"),
        (
            "bad.md",
            "include-unreadable",
            "`bad.md` is not UTF-8: byte 1 is 0xff",
        ),
        (
            "/etc/passwd",
            "include-refused",
            "`/etc/passwd` is no relative path",
        ),
        (
            "book.md",
            "cycle",
            "files include each other: book.md -> book.md",
        ),
    ];
    for (path, code, message) in cases {
        let line = format!("\n[It]({path}) <!-- {{include={path}}} -->\n");
        home.write("book.md", &line);
        let checked = home
            .stepmark(&["check", "book.md", "--format", "json"])
            .exits(2);
        let found = objects(&checked);
        assert_eq!(found.len(), 1, "{}", checked.stdout);
        assert_eq!(
            (&found[0]["code"], &found[0]["message"]),
            (&code.into(), &message.into())
        );
        let column = line.rfind(path).unwrap();
        assert_eq!(
            (&found[0]["line"], &found[0]["column"]),
            (&2.into(), &column.into())
        );
    }
    // A pipe that nobody writes to is not waited for.
    let made = std::process::Command::new("mkfifo")
        .arg(home.path().join("pipe.md"))
        .status();
    assert!(made.unwrap().success());
    home.write("book.md", "[It](pipe.md) <!-- {include=pipe.md} -->\n");
    home.stepmark(&["check", "book.md"])
        .exits(2)
        .says(&["`pipe.md` is no regular file"]);
}

#[test]
fn an_error_of_the_server_names_the_included_file_and_line() {
    let (home, server) = (
        home(
            BOOK,
            "# Part\n\n```sql {name=take}\nSELECT 1;\nSELECT gone FROM pg_class;\n```\n\n```sh {name=prove}\n:\n```\n",
        ),
        Server::new(),
    );
    let run = home.stepmark(&["run", "book.md", "--yes", "--connect", &server.url()]);
    run.exits(1).says(&[
        "shared/backup.md LINE 5: SELECT gone",
        "(line 5, column 8 of shared/backup.md)",
    ]);
    let journal = home.journal("book");
    let failure = &journal.outcome("backup.take")["failure"];
    assert_eq!(failure["position"]["line"], 5, "{failure}");
    assert_eq!(failure["file"], "shared/backup.md", "{failure}");
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["line 5, column 8 of shared/backup.md"]);
}

#[test]
fn a_run_goes_on_with_the_parts_it_began_with_unless_a_change_is_accepted() {
    let part = |prove: &str| {
        format!(
            "```bash {{name=take}}\ntrue\n```\n\n```bash {{name=prove}}\n{prove}\n```\n\n```bash {{name=rest}}\ntrue\n```\n"
        )
    };
    let home = home(BOOK, &part("false"));
    let file = home.path().join("shared/backup.md");
    home.stepmark(&["run", "book.md", "--yes"]).exits(1);

    home.write("shared/backup.md", &part("true"));
    home.stepmark(&["resume", "last", "--yes"])
        .exits(3)
        .says(&["backup.prove is another text", "--accept-changes"]);
    home.write(
        "shared/backup.md",
        &part("false").replace("take}\ntrue", "take}\n:"),
    );
    home.stepmark(&["resume", "last", "--yes"])
        .exits(3)
        .says(&["backup.take is another text", "begin a new run"]);

    fs::remove_file(&file).unwrap();
    home.stepmark(&["resume", "last", "--yes"])
        .exits(1)
        .says(&["shared/backup.md: is not there; the copy of the run is used"]);

    home.write(
        "shared/backup.md",
        &part("false").replace("rest}\ntrue", "rest}\necho new"),
    );
    home.stepmark(&["resume", "last", "--yes"])
        .exits(3)
        .says(&["backup.rest is another text", "--accept-changes"]);
    home.stepmark(&["resume", "last", "--yes", "--accept-changes"])
        .exits(1);
    let journal = home.journal("book");
    let replaced = journal
        .of("runbook_replaced")
        .next()
        .expect("the new texts");
    assert_eq!(replaced["included"][0]["file"], "runbook.2.include.1.md");
    let kept = fs::read_to_string(journal.directory.join("runbook.2.include.1.md")).unwrap();
    assert!(kept.contains("echo new"), "{kept}");
    home.stepmark(&["verify", "last"]).exits(0);

    fs::remove_file(journal.directory.join("runbook.2.include.1.md")).unwrap();
    home.stepmark(&["resume", "last", "--yes"])
        .exits(1)
        .says(&["runbook.2.include.1.md", "without the text that was run"]);
}

#[test]
fn a_runbook_included_twice_runs_twice_under_two_names() {
    let book = "\
---
connections:
  one: { url: $ONE_URL }
  two: { url: $TWO_URL }
---
[Look](shared/look.md) <!-- {include=shared/look.md name=one on=one} -->

[Look](shared/look.md) <!-- {include=shared/look.md name=two on=two} -->
";
    let (home, server) = (home(book, ""), Server::new());
    server.cluster().create_database("other").unwrap();
    home.write(
        "shared/look.md",
        "# Look\n\n```sql {name=here}\nSELECT current_database();\n```\n",
    );
    let mut command = home.command(&["run", "book.md", "--yes"]);
    command.env("ONE_URL", server.url());
    command.env("TWO_URL", server.cluster().url("other"));
    let run = Outcome::of(command).exits(0);
    let (shop, other) = (run.stdout.find("shop\n"), run.stdout.find("other\n"));
    assert!(shop.is_some() && shop < other, "{}", run.stdout);
    assert_eq!(home.journal("book").started(), ["one.here", "two.here"]);
}

#[test]
fn the_screen_shows_included_steps_in_its_tree() {
    let home = home(BOOK, BACKUP);
    let mut pty = Pty::start(home.command(&["book.md"]), 30, 100);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.shows("Take a backup");
    pty.shows("backup.take");
    pty.press("q");
    assert_eq!(pty.ends().code(), Some(4));
}

#[test]
fn an_included_runbook_is_rehearsed_from_its_own_fixture_with_what_includes_it() {
    let book = "# All\n\n[Part](shared/backup.md) <!-- {include=shared/backup.md name=part} -->\n";
    let part = "\
---
rehearsal:
  default: { setup: shop.sql }
---
# Part

```sql {name=add transaction}
ALTER TABLE shop ADD COLUMN status text;
```

```sql {name=take-away rollback=add}
ALTER TABLE shop DROP COLUMN IF EXISTS status;
```
";
    let home = home(book, part);
    home.write("shared/shop.sql", "CREATE TABLE shop (id int);\n");
    home.stepmark(&["rehearse", "book.md"])
        .exits(0)
        .says(&["part.add", "shared/shop.sql"]);
    let listed = home.stepmark(&["list", "book.md", "--json"]).exits(0);
    assert_eq!(
        objects(&listed)[0]["last_run"],
        Value::Null,
        "{}",
        listed.stdout
    );
    let rehearsal = |home: &Home| {
        let folder = home.stepmark(&["list", ".", "--json"]).exits(0);
        objects(&folder)[0]["last_rehearsal"].clone()
    };
    let found = rehearsal(&home);
    assert_eq!(
        (&found["holds"], &found["changed"]),
        (&true.into(), &false.into())
    );
    // The runbook's own text is what it was; a part of it is not.
    home.write(
        "shared/backup.md",
        &part.replace("status text", "status int"),
    );
    assert_eq!(rehearsal(&home)["changed"], true);
}
