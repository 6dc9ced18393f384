//! Cancels at random moments around the end of a work: what it is said to have done is what the server holds, and what comes
//! next is never hit. Fifty of them; a thousand with `STEPMARK_SOAK=1`.

use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

use stepmark_core::record::TransactionEnd;
use stepmark_core::record::TransactionStatus::Idle;
use stepmark_core::runner::SqlStop;
use stepmark_engines::postgres::SqlWork;

use crate::support::{Bench, Ran, Running, fence};

/// COMMIT of a row of `late` takes a while, since a trigger runs that was put off to it.
const SETUP: &str = "create table t (id int, n int);\n\
    create table late (id int, n int);\n\
    create function dawdle() returns trigger language plpgsql as\n\
    $$ begin perform pg_sleep(0.003); return null; end $$;\n\
    create constraint trigger dawdles after insert on late deferrable initially deferred\n\
    for each row execute function dawdle();";

/// Something that takes a moment and leaves rows behind.
struct Work {
    name: &'static str,
    /// What it does; `ID` stands for the attempt.
    sql: &'static str,
    transaction: bool,
    /// How many rows there are once so many statements have finished.
    rows_after: fn(u32) -> u32,
}

const WORKS: [Work; 7] = [
    Work {
        name: "a small statement",
        sql: "insert into t values (ID, 1);",
        transaction: false,
        rows_after: |finished| finished,
    },
    Work {
        name: "small statements",
        sql: "insert into t values (ID, 1);\nselect pg_sleep(0.001);\ninsert into t values (ID, 2);",
        transaction: false,
        rows_after: |finished| [0, 1, 1, 2][finished as usize],
    },
    Work {
        name: "a transaction",
        sql: "begin;\ninsert into t values (ID, 1);\ninsert into t values (ID, 2);\ncommit;",
        transaction: false,
        rows_after: |finished| if finished == 4 { 2 } else { 0 },
    },
    Work {
        name: "a COMMIT that takes a while",
        sql: "begin;\ninsert into late values (ID, 1);\ncommit;",
        transaction: false,
        rows_after: |finished| u32::from(finished == 3),
    },
    Work {
        name: "a step with `transaction`",
        sql: "insert into late values (ID, 1);",
        transaction: true,
        rows_after: |_| 1,
    },
    Work {
        name: "COPY in",
        sql: "copy t from stdin;\nROWS\\.\n",
        transaction: false,
        rows_after: |finished| 2_000 * finished,
    },
    Work {
        name: "COPY out",
        sql: "copy (select * from generate_series(1, 5000)) to stdout;\ninsert into t values (ID, 1);",
        transaction: false,
        rows_after: |finished| u32::from(finished == 2),
    },
];

impl Work {
    fn attempt(&self, id: u32) -> SqlWork {
        let rows: String = (0..2_000).map(|n| format!("{id}\t{n}\n")).collect();
        let sql = self
            .sql
            .replace("ROWS", &rows)
            .replace("ID", &id.to_string());
        SqlWork {
            transaction: self.transaction,
            ..fence(&sql)
        }
    }

    /// How many rows there have to be.
    fn rows(&self, ran: &Ran) -> u32 {
        match (self.transaction, &ran.ended.stop) {
            (true, Some(_)) => 0,
            _ => (self.rows_after)(ran.ended.finished),
        }
    }
}

/// Runs `work` and cancels it so long after it was ordered.
fn cancelled_after(running: &Running, work: SqlWork, moment: Duration, force: u8) -> Ran {
    let session = &running.session;
    std::thread::scope(|scope| {
        let start = Instant::now();
        // Joined before anything else is ordered: what comes next may only be hit by a request that is still on its way.
        scope.spawn(move || {
            while start.elapsed() < moment {
                std::hint::spin_loop();
            }
            session.cancel(force);
        });
        running.work(work)
    })
}

#[test]
fn a_cancel_at_any_moment_leaves_what_is_said_and_spares_what_comes_next() {
    let rounds: u32 = match std::env::var_os("STEPMARK_SOAK") {
        Some(_) => 1_000,
        None => 50,
    };
    let bench = Bench::new("cancelmoments");
    let running = bench.open();
    running.run(SETUP).succeeded();
    let undisturbed: Vec<Duration> = WORKS
        .iter()
        .map(|work| {
            let start = Instant::now();
            running.work(work.attempt(0)).succeeded();
            start.elapsed()
        })
        .collect();
    let random = RandomState::new();
    let mut hit = 0;
    for round in 1..=rounds {
        let number = random.hash_one(round);
        let which = round as usize % WORKS.len();
        let work = &WORKS[which];
        // Up to half as long again as it takes undisturbed.
        let moment = undisturbed[which].mul_f64(1.5 * (number % 1_000) as f64 / 1_000.0);
        let force = 1 + u8::from(number & 1 << 32 == 0);
        let ran = cancelled_after(&running, work.attempt(round), moment, force);
        let about = format!(
            "round {round}, {}, cancelled after {moment:?}: {ran:?}",
            work.name
        );
        hit += u32::from(is_cancelled(&ran, &about));
        if ran.ended.transaction != Idle {
            running.run("rollback;").succeeded();
        }
        running
            .run("select pg_sleep(0.002);\nselect 1;")
            .succeeded();
        let counted = format!(
            "select (select count(*) from t where id = {round}) + (select count(*) from late where id = {round})"
        );
        assert_eq!(bench.ask(&counted), work.rows(&ran).to_string(), "{about}");
        let committed = ran.ended.ends.contains(&TransactionEnd::Committed);
        let transactional = work.transaction || work.sql.contains("commit");
        assert_eq!(committed, transactional && work.rows(&ran) > 0, "{about}");
    }
    assert!(
        hit > 0 && hit < rounds,
        "{hit} of {rounds} were hit: not around the end"
    );
}

/// Whether it was; a cancel may stop a work or come too late, and nothing else.
fn is_cancelled(ran: &Ran, about: &str) -> bool {
    match &ran.ended.stop {
        None => {
            assert_eq!(ran.ended.finished, ran.ended.statements, "{about}");
            false
        }
        Some(SqlStop::Refused(error)) => {
            assert_eq!(error.sqlstate, "57014", "{about}");
            true
        }
        Some(SqlStop::RolledBack | SqlStop::Lost { .. }) => panic!("{about}"),
    }
}
