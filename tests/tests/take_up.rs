//! Which run is taken up where none is named, and what is said where none can be.

use stepmark_tests::{Home, Server};

const FAILS: &str = "```sql {name=fails}\nSELECT 1/0;\n```\n";

fn id(home: &Home, stem: &str) -> String {
    let runs = home.runs(stem);
    let last = runs.last().expect("a run");
    let name = last.file_name().expect("a run has a name");
    name.to_string_lossy().into_owned()
}

#[test]
fn a_run_of_another_folder_is_named_and_not_taken_up() {
    let (home, server) = (Home::new(), Server::new());
    let url = server.url();
    let other = home.path().join("other");
    std::fs::create_dir(&other).unwrap();
    home.write("book.md", FAILS);
    home.stepmark(&["run", "book.md", "--connect", &url, "--yes"])
        .exits(1);
    let run = id(&home, "book");
    for (what, more) in [
        ("resume", None),
        ("resume", Some("last")),
        ("rollback", None),
    ] {
        let mut command = home.command(&[what]);
        command.args(more).arg("--yes").current_dir(&other);
        stepmark_tests::Outcome::of(command)
            .exits(2)
            .says(&[&format!("stepmark {what} {run}"), "in this folder's log"]);
    }
    assert_eq!(home.journal("book").started(), ["fails"], "not touched");
    let mut command = home.command(&["resume", "--yes", "--connect", &url, "--log-dir"]);
    command
        .arg(home.path().join(".stepmark"))
        .current_dir(&other);
    stepmark_tests::Outcome::of(command).exits(1);
    assert_eq!(home.journal("book").started(), ["fails", "fails"]);
}

#[test]
fn a_run_that_was_refused_before_its_first_step_does_not_hide_the_one_that_was_left() {
    let (home, server) = (Home::new(), Server::new());
    let url = server.url();
    home.write("book.md", FAILS);
    home.stepmark(&["run", "book.md", "--connect", &url, "--yes"])
        .exits(1);
    let left = id(&home, "book");
    let asks = "```sql {name=asks confirm=\"sure\"}\nSELECT 1;\n```\n";
    home.write("asks.md", asks);
    home.stepmark(&["run", "asks.md", "--connect", &url])
        .exits(3);
    assert_eq!(home.journal("asks").started(), [""; 0]);
    home.stepmark(&["resume", "--connect", &url, "--yes"])
        .exits(1)
        .says(&[&left]);
    assert_eq!(home.journal("book").started(), ["fails", "fails"]);
}

#[test]
fn a_run_on_throwaway_servers_is_not_taken_up_and_says_so() {
    let home = Home::new();
    home.write("book.md", FAILS);
    home.stepmark(&["run", "book.md", "--scratch", "--yes"])
        .exits(1)
        .says(&["Its throwaway servers go with it: it cannot be taken up again."]);
    home.stepmark(&["resume", "--yes"])
        .exits(2)
        .says(&["there is no unfinished run"]);
    for what in ["resume", "rollback"] {
        home.stepmark(&[what, "last", "--yes"])
            .exits(2)
            .says(&["was on throwaway servers, which went with it"]);
    }
    for what in ["report", "verify", "show"] {
        home.stepmark(&[what, "last"]).exits(0);
    }
    let journal = home.journal("book");
    assert_eq!(journal.of("run_started").next().unwrap()["scratch"], true);
}

#[test]
fn what_is_said_to_type_next_can_be_pasted_and_holds_no_password() {
    let (home, server) = (Home::new(), Server::new());
    let url = server.url();
    home.write("book.md", FAILS);
    let outcome = home
        .stepmark(&["run", "book.md", "--connect", &url, "--yes"])
        .exits(1);
    let line = outcome
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("next: "))
        .expect("what to type next");
    assert!(line.contains(" --connect '"), "{line}");
    let folder = stepmark_tests::stepmark();
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &format!("export PATH=\"$1:$PATH\"; {line}"), "sh"]);
    command.arg(folder.parent().unwrap());
    command.current_dir(home.path()).env("HOME", home.path());
    stepmark_tests::Outcome::of(command).exits(1);
    assert_eq!(home.journal("book").started(), ["fails", "fails"]);
    let mut bare = home.command(&["resume", "last", "--yes"]);
    bare.env("PGHOST", "/nowhere");
    stepmark_tests::Outcome::of(bare)
        .exits(3)
        .says(&["this run worked there: --connect '"]);
}

#[test]
fn what_left_nothing_is_not_said_to_stay_and_nothing_is_left_after_a_rollback() {
    let (home, server) = (Home::new(), Server::new());
    let url = server.url();
    home.write(
        "book.md",
        "```sql {name=look}\nSELECT count(*) FROM pg_class;\n```\n\n\
         ```sql {name=make}\nCREATE TABLE t (x int);\n```\n\n\
         ```sql {name=unmake rollback=make}\nDROP TABLE t;\n```\n\n\
         ```sql {name=stays}\nCREATE TABLE u (x int);\n```\n\n\
         ```sql {name=fails}\nSELECT 1/0;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &url, "--yes"])
        .exits(1);
    home.stepmark(&["rollback", "last", "--connect", &url, "--yes"])
        .exits(0)
        .says(&[
            "has no undo and stays: stays\n",
            "1 has none and stays: stays",
        ]);
    for what in ["resume", "rollback"] {
        home.stepmark(&[what, "last", "--connect", &url])
            .exits(2)
            .says(&["was rolled back: nothing is left to do or undo"]);
    }
}
