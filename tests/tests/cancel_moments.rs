//! Ctrl-C at random moments of a whole run: the outcome on record is what the server holds. Six of them; a hundred with
//! `STEPMARK_SOAK=1`.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use stepmark_tests::{Chance, Home, Server, soak};

/// The steps of a runbook; `ID` stands for the attempt.
const BOOKS: [&str; 3] = [
    "```sql {name=moment}\nINSERT INTO t VALUES (ID);\n```\n",
    "```sql {name=moment transaction}\nINSERT INTO t VALUES (ID);\nSELECT pg_sleep(0.01);\n```\n",
    "```sql {name=moment}\nBEGIN;\nINSERT INTO t VALUES (ID);\nSELECT pg_sleep(0.005);\nCOMMIT;\n```\n",
];

/// How long a run goes on after its intent is on disk, at most, on a machine that is not idle.
const AROUND: Duration = Duration::from_millis(40);

#[test]
fn the_outcome_after_an_interrupt_at_any_moment_is_the_servers_truth() {
    let server = Server::new();
    server.sql("CREATE TABLE t (id int)");
    for round in 1..=soak(6, 100) {
        let home = Home::new();
        let book = BOOKS[usize::try_from(round).expect("small") % BOOKS.len()];
        home.write("book.md", &book.replace("ID", &round.to_string()));
        let mut child = home.spawn(&["run", "book.md", "--connect", &server.url()]);
        home.when_started("book", 1);
        let moment = Chance::of(round).moment(AROUND);
        let start = Instant::now();
        while start.elapsed() < moment {
            std::hint::spin_loop();
        }
        if child.try_wait().expect("our child").is_none() {
            // It is not waited for yet, so its number is still its own.
            kill_process(Pid::from_child(&child), Signal::INT).expect("our child");
        }
        let code = child.wait_with_output().expect("our child").status.code();
        let about = format!("round {round}, interrupted after {moment:?}, exit {code:?}");
        let journal = home.journal("book");
        let status = journal.outcome("moment")["status"].clone();
        let held = server.sql(&format!("SELECT count(*) FROM t WHERE id = {round}"));
        let expected = match status.as_str() {
            Some("succeeded") => "1",
            Some("failed") => "0",
            other => panic!("{about}: {other:?}"),
        };
        assert_eq!(held, expected, "{about}");
        assert!(matches!(code, Some(0 | 4)), "{about}");
    }
}
