//! The runner dies in the middle of a statement or of a tree of processes, and its run is taken up at once: what the dead
//! runner's step still does is never run beside.

use std::io::{BufRead as _, BufReader};
use std::process::Child;

use stepmark_tests::{Home, Server, Session, soak};

fn kill(mut child: Child) {
    child.kill().expect("our child");
    child.wait().expect("our child");
}

/// The effect comes at the end of the statement: whoever looks too early finds nothing, and does it again. It ends when it
/// gets a lock that somebody else has.
fn statement(round: u32) -> String {
    format!(
        "```sql {{name=slow}}\nINSERT INTO done SELECT {round} FROM (SELECT pg_advisory_xact_lock(7)) AS held;\n```\n\n\
         ```sql {{name=slow-there probe=slow}}\nSELECT count(*) > 0 FROM done WHERE round = {round};\n```\n\n\
         ```sql {{name=next}}\nSELECT 1;\n```\n"
    )
}

#[test]
fn a_statement_that_outlived_its_runner_is_never_sent_a_second_time() {
    let server = Server::new();
    server.sql("CREATE TABLE done (round int)");
    let mut holder = Session::open(server.cluster(), "shop", "holder");
    for round in 0..soak(4, 100) {
        let home = Home::new();
        home.write("book.md", &statement(round));
        holder.sql("SELECT pg_advisory_lock(7);");
        let child = home.spawn(&["run", "book.md", "--yes", "--connect", &server.url()]);
        server.wait_for(&format!(
            "SELECT count(*) = 1 FROM pg_stat_activity WHERE state = 'active' \
             AND query LIKE 'INSERT INTO done SELECT {round} FROM%'"
        ));
        kill(child);
        let resumed = home.spawn(&["resume", "last", "--yes", "--connect", &server.url()]);
        // The second runner looks again and again whether the session of the first one is there.
        server.wait_for(
            "SELECT count(*) = 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
             AND application_name LIKE 'stepmark/%' AND query LIKE '%pg_stat_activity a WHERE a.pid = %'",
        );
        holder.sql("SELECT pg_advisory_unlock(7);");
        let output = resumed.wait_with_output().expect("our child");
        assert_eq!(output.status.code(), Some(0), "round {round}: {output:?}");
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
/// of its own, which inherits nothing but what every child does, and goes on until there is a file `go`.
const TREE: &str = "```bash {name=tree idempotent}\n\
    flock -n busy true || echo beside >> beside\n\
    [ -e begun ] && exit\n\
    (setsid bash -c 'exec 8>busy; flock 8; touch begun; until [ -e go ]; do sleep 0.02; done' &) > /dev/null 2>&1\n\
    while [ ! -e go ]; do sleep 0.02; done\n```\n";

#[test]
fn a_tree_of_processes_that_outlived_its_runner_is_ended_or_waited_for_before_the_step_runs_again()
{
    for round in 0..soak(4, 100) {
        let home = Home::new();
        home.write("book.md", TREE);
        home.killed(&["run", "book.md", "--yes"], "begun");
        let what = ["kill", "wait"][round as usize % 2];
        let mut resumed = home.spawn(&["resume", "last", "--yes", "--orphans", what]);
        if what == "wait" {
            let mut said = String::new();
            let mut complaints = BufReader::new(resumed.stderr.take().expect("a pipe"));
            while !said.contains("waiting until they are gone") {
                assert!(complaints.read_line(&mut said).expect("text") > 0, "{said}");
            }
            home.write("go", "");
        }
        let output = resumed.wait_with_output().expect("our child");
        let about = format!("round {round}: {what}");
        assert_eq!(output.status.code(), Some(0), "{about}: {output:?}");
        assert!(!home.path().join("beside").exists(), "{about}");
        let journal = home.journal("book");
        assert_eq!(journal.started(), ["tree", "tree"], "{about}");
        assert_eq!(journal.of("orphans_settled").count(), 1, "{about}");
    }
}
