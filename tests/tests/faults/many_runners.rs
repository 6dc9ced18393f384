//! Two to eight runners at once, on one run and on one database: one works, the others are refused and told who it is.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use stepmark_tests::{Home, Server, soak};

/// Two sessions at work at once would overlap here.
const SETUP: &str = "CREATE TABLE spans (step text, pid int, began timestamptz, ended timestamptz);\n\
    CREATE FUNCTION work(step text) RETURNS void LANGUAGE plpgsql AS\n\
    $$ DECLARE began timestamptz := clock_timestamp(); BEGIN PERFORM pg_sleep(0.1);\n\
    INSERT INTO spans VALUES (step, pg_backend_pid(), began, clock_timestamp()); END $$;";
const OVERLAPS: &str = "SELECT count(*) FROM spans a, spans b WHERE a.ctid <> b.ctid AND a.began < b.ended AND b.began < a.ended";
/// Longer than a runner waits for the lock of a database.
const PATIENCE: Duration = Duration::from_secs(90);

/// The step that waits holds the run open until every other runner has given up.
fn book(hold: &Path) -> String {
    let hold = hold.display();
    format!(
        "```bash {{name=begin}}\ntest -e begin\n```\n\n```sql {{name=a}}\nSELECT work('a');\n```\n\n\
         ```bash {{name=hold}}\nwhile [ ! -e {hold} ]; do sleep 0.02; done\n```\n\n\
         ```sql {{name=b}}\nSELECT work('b');\n```\n"
    )
}

/// Waits until all but one of `children` have ended, and returns their exit codes and complaints.
fn refused(children: &mut Vec<Child>) -> Vec<(i32, String)> {
    let mut ended = Vec::new();
    let deadline = Instant::now() + PATIENCE;
    while children.len() > 1 {
        assert!(
            Instant::now() < deadline,
            "{} are at work at once",
            children.len()
        );
        children.retain_mut(|child| {
            let Some(status) = child.try_wait().expect("our child") else {
                return true;
            };
            let mut complaint = String::new();
            let (out, err) = (child.stdout.as_mut(), child.stderr.as_mut());
            let said = out.expect("a pipe").read_to_string(&mut complaint);
            said.and_then(|_| err.expect("a pipe").read_to_string(&mut complaint))
                .expect("UTF-8");
            ended.push((status.code().unwrap_or(-1), complaint));
            false
        });
        std::thread::sleep(Duration::from_millis(5));
    }
    ended
}

fn ends_well(mut children: Vec<Child>) {
    let child = children.pop().expect("one is left");
    let output = child.wait_with_output().expect("our child");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{complaint}");
}

fn each_step_was_done_once_and_alone(server: &Server) {
    assert_eq!(server.sql(OVERLAPS), "0");
    assert_eq!(
        server.sql("SELECT string_agg(step, ' ' ORDER BY began) FROM spans"),
        "a b"
    );
    server.sql("TRUNCATE spans");
}

/// How many runners there are at once, round by round: in the soak each number ten times over.
fn crowds() -> Vec<u32> {
    match soak(0, 10) {
        0 => vec![2, 8],
        times => (0..times).flat_map(|_| 2..=8).collect(),
    }
}

#[test]
fn of_many_runners_that_take_a_run_up_at_once_one_does_and_the_others_are_told_which() {
    let server = Server::new();
    server.sql(SETUP);
    for crowd in crowds() {
        let home = Home::new();
        let hold = home.path().join("hold");
        home.write("book.md", &book(&hold));
        let url = server.url();
        home.stepmark(&["run", "book.md", "--yes", "--connect", &url])
            .exits(1);
        home.write("begin", "");
        let resume = ["resume", "last", "--yes", "--connect", &url];
        let mut children: Vec<Child> = (0..crowd).map(|_| home.spawn(&resume)).collect();
        let refused = refused(&mut children);
        let holder = format!("process {}", children[0].id());
        for (code, complaint) in refused {
            assert_eq!(code, 3, "{crowd} runners: {complaint}");
            assert!(complaint.contains(&holder), "{holder}: {complaint}");
        }
        fs::write(&hold, "").expect("our own folder");
        ends_well(children);
        each_step_was_done_once_and_alone(&server);
        let journal = home.journal("book");
        assert_eq!(journal.of("run_resumed").count(), 1);
        home.stepmark(&["verify", "last"]).exits(0);
    }
}

#[test]
fn of_many_runs_in_one_database_at_once_one_works_and_the_others_are_told_which() {
    let server = Server::new();
    server.sql(SETUP);
    for crowd in crowds() {
        let homes: Vec<Home> = (0..crowd).map(|_| Home::new()).collect();
        let hold = homes[0].path().join("hold");
        let url = server.url();
        let run = ["run", "book.md", "--yes", "--connect", &url];
        let mut children: Vec<Child> = Vec::new();
        for home in &homes {
            home.write("book.md", &book(&hold));
            home.write("begin", "");
            children.push(home.spawn(&run));
        }
        let refused = refused(&mut children);
        let holder = format!("backend {}", server.sql("SELECT pid FROM spans"));
        for (code, complaint) in refused {
            assert_eq!(code, 3, "{crowd} runners: {complaint}");
            assert!(complaint.contains(&holder), "{holder}: {complaint}");
        }
        fs::write(&hold, "").expect("our own folder");
        ends_well(children);
        each_step_was_done_once_and_alone(&server);
    }
}
