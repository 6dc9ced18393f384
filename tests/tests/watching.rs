//! What the record and the printer tell of a run's sessions beside its steps: where the server stood, who else is there.

use stepmark_tests::{Home, Server};

const TWO_STEPS: &str = "```sql {name=one}\nCREATE TABLE t (a int);\n```\n\n```sql {name=two}\nBEGIN;\nINSERT INTO t VALUES (1);\n```\n\n\
    ```sql {name=three}\nCOMMIT;\n```\n";

#[test]
fn the_record_has_the_positions_of_every_step_and_the_transaction_it_left_open() {
    let (server, home) = (Server::new(), Home::new());
    home.write("book.md", TWO_STEPS);
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(0);
    let journal = home.journal("book");
    let of = |step: &str| {
        let mut finished = journal.of("step_finished");
        let record = finished.find(|record| record["step"] == step);
        record.expect("it finished")["positions"].clone()
    };
    let two = of("two");
    let id = server.sql("SELECT min(xmin::text) FROM t");
    assert_eq!(two["transaction_id"], id.as_str(), "{two}");
    for step in ["one", "two", "three"] {
        let positions = of(step);
        assert!(positions["after"]["lsn"].as_str().is_some(), "{positions}");
        // What an open transaction has written need not have left the server's memory.
        assert!(step == "two" || positions["before"] != positions["after"]);
    }
    assert!(of("three").get("transaction_id").is_none());
    let target = journal.of("target_identified").next().expect("a session");
    assert_eq!(target["target"]["locked"], true);
}

#[test]
fn two_runs_do_not_work_in_one_database_unless_told_to() {
    let (server, home) = (Server::new(), Home::new());
    home.write(
        "one.md",
        "```sql {name=sleeps}\nSELECT pg_sleep(600);\n```\n",
    );
    home.write(
        "two.md",
        "```sql {name=writes}\nCREATE TABLE t (a int);\n```\n",
    );
    let url = server.url();
    let mut first = home.spawn(&["run", "one.md", "--connect", &url]);
    let at_work = "SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'";
    server.wait_for(at_work);
    home.stepmark(&["run", "two.md", "--connect", &url])
        .says(&[
            "another run of stepmark is at work in database shop: backend ",
            "hint: wait until that run is over; or, where the two do not touch the same things, run with --no-target-lock",
            "from --connect",
        ]);
    assert_eq!(server.sql("SELECT to_regclass('t') IS NULL"), "t");
    home.stepmark(&["run", "two.md", "--connect", &url, "--no-target-lock"])
        .exits(0);
    assert_eq!(server.sql("SELECT to_regclass('t') IS NULL"), "f");
    let stop =
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'";
    server.sql(stop);
    first.wait().expect("it ends");
}

#[test]
fn connections_of_one_run_that_lead_to_one_database_do_not_lock_each_other_out() {
    let (server, home) = (Server::new(), Home::new());
    home.write(
        "book.md",
        "---\nconnections:\n  a: { url: $A_URL }\n  b: { url: $B_URL }\n---\n\
         ```sql {name=one on=a}\nCREATE TABLE t (a int);\n```\n\n\
         ```sql {name=two on=b}\nINSERT INTO t VALUES (1);\n```\n\n\
         ```sql {name=three on=a}\nINSERT INTO t VALUES (2);\n```\n",
    );
    let url = server.url();
    let mut command = home.command(&[
        "run",
        "book.md",
        "--connect",
        &format!("a={url}"),
        "--connect",
        &format!("b={url}"),
    ]);
    // Even where the sessions' name says nothing of the run.
    command.env("PGAPPNAME", "nightly");
    stepmark_tests::Outcome::of(command).exits(0);
    assert_eq!(server.sql("SELECT count(*) FROM t"), "2");
}
