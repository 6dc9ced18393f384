//! The runner dies in the middle of a statement or of a tree of processes, and its run is taken up at once: what the dead
//! runner's step still does is never run beside.

use std::process::Child;

use stepmark_tests::{Home, Server, soak};

fn kill(mut child: Child) {
    child.kill().expect("our child");
    child.wait().expect("our child");
}

/// The effect comes at the end of the statement: whoever looks too early finds nothing, and does it again.
fn statement(round: u32) -> String {
    format!(
        "```sql {{name=slow}}\nINSERT INTO done SELECT {round} FROM pg_sleep(0.6);\n```\n\n\
         ```sql {{name=slow-there probe=slow}}\nSELECT count(*) > 0 FROM done WHERE round = {round};\n```\n\n\
         ```sql {{name=next}}\nSELECT 1;\n```\n"
    )
}

#[test]
fn a_statement_that_outlived_its_runner_is_never_sent_a_second_time() {
    let server = Server::new();
    server.sql("CREATE TABLE done (round int)");
    for round in 0..soak(8, 100) {
        let home = Home::new();
        home.write("book.md", &statement(round));
        let child = home.spawn(&["run", "book.md", "--yes", "--connect", &server.url()]);
        server.wait_for(&format!(
            "SELECT count(*) = 1 FROM pg_stat_activity WHERE state = 'active' \
             AND query LIKE 'INSERT INTO done SELECT {round} FROM%'"
        ));
        kill(child);
        home.stepmark(&["resume", "last", "--yes", "--connect", &server.url()])
            .exits(0);
        let done = server.sql(&format!("SELECT count(*) FROM done WHERE round = {round}"));
        assert_eq!(done, "1", "round {round}");
        let journal = home.journal("book");
        assert_eq!(
            journal.started(),
            ["slow", "slow-there", "next"],
            "round {round}"
        );
    }
}

/// The second attempt notices when a process of the first still holds `busy`: a child that was forked twice, in a session
/// of its own, which inherits nothing but what every child does.
const TREE: &str = "```bash {name=tree idempotent}\n\
    flock -n busy true || echo beside >> beside\n\
    (setsid bash -c 'exec 8>busy; flock 8; touch begun; exec sleep 0.5' &) > /dev/null 2>&1\n\
    while [ ! -e begun ]; do sleep 0.02; done\n\
    sleep 0.3\n```\n";

#[test]
fn a_tree_of_processes_that_outlived_its_runner_is_ended_or_waited_for_before_the_step_runs_again()
{
    for round in 0..soak(8, 100) {
        let home = Home::new();
        home.write("book.md", TREE);
        let child = home.spawn(&["run", "book.md", "--yes"]);
        while !home.path().join("begun").exists() {
            std::thread::yield_now();
        }
        kill(child);
        let what = ["kill", "wait"][round as usize % 2];
        home.stepmark(&["resume", "last", "--yes", "--orphans", what])
            .exits(0);
        assert!(
            !home.path().join("beside").exists(),
            "round {round}: {what}"
        );
        let journal = home.journal("book");
        assert_eq!(journal.started(), ["tree", "tree"], "round {round}: {what}");
        assert_eq!(
            journal.of("orphans_settled").count(),
            1,
            "round {round}: {what}"
        );
    }
}
