//! A step that fails stops the run, and the journal says why.

use stepmark_tests::{Home, Server};

#[test]
fn a_sql_error_stops_the_run_and_its_sqlstate_is_recorded() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "# Book\n\n## One\n\n```sql {name=one}\nCREATE TABLE t (id int PRIMARY KEY);\nINSERT INTO t VALUES (1);\n```\n\n\
         ## Two\n\n```sql {name=two}\nINSERT INTO t VALUES (2);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (3);\n```\n\n\
         ## Three\n\n```sql {name=three}\nINSERT INTO t VALUES (4);\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1)
        .says(&["23505", "step two failed"]);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["one", "two"]);
    let failure = &journal.outcome("two")["failure"];
    assert_eq!(failure["cause"], "server");
    assert_eq!(failure["sqlstate"], "23505");
    assert_eq!(failure["constraint"], "t_pkey");
    assert_eq!(
        failure["position"]["line"], 14,
        "the statement's line in the Markdown"
    );
    assert!(
        failure["message"]
            .as_str()
            .is_some_and(|text| text.contains("duplicate key"))
    );
    let finished = journal.of("step_finished").last().expect("an outcome");
    assert_eq!(
        finished["work"]["finished"], 1,
        "the statement before it committed"
    );
    assert_eq!(
        server.sql("SELECT array_agg(id ORDER BY id) FROM t"),
        "{1,2}"
    );
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_shell_exit_code_stops_the_run_and_is_recorded() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=one}\necho before\nexit 3\n```\n\n```bash {name=two}\ntouch never\n```\n",
    );
    home.stepmark(&["run", "book.md"])
        .exits(1)
        .says(&["before", "exit code 3"]);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["one"]);
    assert_eq!(journal.outcome("one")["failure"]["code"], 3);
    assert!(!home.path().join("never").exists());
}

#[test]
fn a_check_that_does_not_hold_fails_its_step() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", "```sql {name=holds check}\nSELECT 1 = 1;\n```\n\n```sql {name=not check}\nSELECT NULL::boolean;\n```\n");
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1)
        .says(&["check failed", "NULL"]);
    assert_eq!(home.journal("book").outcome("holds")["status"], "succeeded");
}

#[test]
fn a_timeout_cancels_for_real() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=slow timeout=200ms}\nSELECT pg_sleep(600);\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1)
        .says(&["timed out"]);
    assert_eq!(
        home.journal("book").outcome("slow")["failure"]["error"]["sqlstate"],
        "57014"
    );
    let left = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()";
    assert_eq!(server.sql(left), "0");

    home.write(
        "shell.md",
        "```bash {name=slow timeout=200ms}\nsleep 600 & setsid sleep 601 & wait\n```\n",
    );
    home.stepmark(&["run", "shell.md"])
        .exits(1)
        .says(&["timed out"]);
}
