//! The lock of a database against other runners: advisory, held by the session that does the work, taken without waiting
//! in the server (a backend that waits there holds a snapshot, which would hold up CREATE INDEX CONCURRENTLY). See
//! `docs/decisions/0012-target-lock.md`.

use std::time::{Duration, Instant};

use stepmark_core::record::{ServerRole, TargetIdentity};
use stepmark_core::runner::OpenFailure;
use tokio_postgres::Client;

use super::connect::Connected;
use super::identity;
use super::line::{Line, Loss};
use super::opening::{Opening, TargetLock};
use super::settings::Settings;
use super::visible;

/// The first half of all our keys: `Stpm`.
const CLASS: u32 = 0x5374_706d;
/// The second half of the key that one runner of a database holds.
const TARGET: u32 = hash("stepmark");
/// How long between two tries.
const TRY_INTERVAL: Duration = Duration::from_millis(200);

/// The lock of the database that a session works in. With it goes a second one that all may share, whose key is of the
/// run, so that another session of the same run can tell that the database is locked for it too.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseLock {
    run: u32,
    backend_pid: i32,
}

/// What became of a try.
enum Tried {
    /// The lock is held, by this session or another of its run.
    Held,
    /// Another runner has it.
    ByOther(String),
    /// It was free again when its holder was looked for.
    Freed,
}

impl DatabaseLock {
    /// Takes it for a new session, if it is to be taken and means something there.
    ///
    /// # Errors
    /// Another runner has it.
    pub(crate) async fn take(
        connected: &mut Connected,
        opening: &Opening,
        settings: &Settings,
    ) -> Result<Option<Self>, OpenFailure> {
        let identity = &connected.identity;
        if opening.lock == TargetLock::Leave
            || identity.pooler
            || identity.role == ServerRole::Standby
        {
            return Ok(None);
        }
        let lock = Self {
            run: hash(&opening.application_name),
            backend_pid: identity.backend_pid,
        };
        let started = Instant::now();
        loop {
            let tried = lock.attempt(&connected.client, &mut connected.line).await;
            let failure = |message, hint| OpenFailure {
                message,
                hint,
                password: None,
                settings: settings.report(),
            };
            match tried {
                Ok(Tried::Held) => return Ok(Some(lock)),
                Ok(Tried::ByOther(holder))
                    if opening.given_up.is_given_up()
                        || started.elapsed() >= opening.lock_patience =>
                {
                    let hint = "wait until that run is over; or, where the two do not touch the same things, run with --no-target-lock";
                    return Err(failure(
                        refusal(&connected.identity, &holder),
                        Some(hint.to_owned()),
                    ));
                }
                Ok(Tried::ByOther(_) | Tried::Freed) => tokio::time::sleep(TRY_INTERVAL).await,
                Err(loss) => return Err(failure(loss.message, None)),
            }
        }
    }

    /// Makes sure of it in an idle session; `held` is what the observer saw, if it did.
    ///
    /// # Errors
    /// In words: another runner has taken it since this session lost it.
    pub(crate) async fn confirm(
        &self,
        (client, line): (&Client, &mut Line),
        identity: &TargetIdentity,
        held: Option<bool>,
    ) -> Result<(), String> {
        let held = match held {
            Some(held) => held,
            None => self.is_held(client, line).await,
        };
        if held {
            return Ok(());
        }
        match self.attempt(client, line).await {
            Ok(Tried::ByOther(holder)) => Err(format!(
                "{}; this session\u{2019}s own lock was released by a statement like DISCARD ALL or pg_advisory_unlock_all()",
                refusal(identity, &holder)
            )),
            // A session that was lost is for the step itself to find, and one that cannot be locked now for the next.
            Ok(Tried::Held | Tried::Freed) | Err(_) => Ok(()),
        }
    }

    /// Whether the session holds it, or another of the same run, as a condition in SQL.
    pub(crate) fn held(&self) -> String {
        format!(
            "EXISTS (SELECT FROM {} AND (t.pid = {} OR {}))",
            holders(),
            self.backend_pid,
            self.is_of_run()
        )
    }

    async fn is_held(&self, client: &Client, line: &mut Line) -> bool {
        let rows = line.ask(client, &format!("SELECT {}", self.held())).await;
        rows.is_ok_and(|rows| rows.first().is_some_and(|row| is_true(row.first())))
    }

    async fn attempt(&self, client: &Client, line: &mut Line) -> Result<Tried, Loss> {
        let query = format!(
            "SELECT CASE WHEN pg_catalog.pg_try_advisory_lock({CLASS}, {TARGET}) \
               THEN pg_catalog.pg_try_advisory_lock_shared({CLASS}, {}) END",
            self.run
        );
        let rows = line.ask(client, &query).await?;
        if rows.first().is_some_and(|row| is_true(row.first())) {
            return Ok(Tried::Held);
        }
        let query = format!(
            "SELECT t.pid, a.application_name, pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', '{}'), {} \
             FROM {}",
            identity::BACKEND_START_FORMAT,
            self.is_of_run(),
            holders().replace(
                " WHERE",
                " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid WHERE"
            ),
        );
        let rows = line.ask(client, &query).await?;
        Ok(match rows.first() {
            None => Tried::Freed,
            Some(row) if is_true(row.get(3)) => Tried::Held,
            Some(row) => Tried::ByOther(holder(row)),
        })
    }

    /// Whether the holder `t` holds the key of our run too.
    fn is_of_run(&self) -> String {
        format!(
            "EXISTS (SELECT FROM pg_catalog.pg_locks r WHERE r.pid = t.pid AND r.locktype = 'advisory' AND r.granted \
               AND r.database = t.database AND r.classid = {CLASS} AND r.objid = {} AND r.objsubid = 2)",
            self.run
        )
    }
}

/// Who holds the lock of this database, as `t`.
fn holders() -> String {
    format!(
        "pg_catalog.pg_locks t WHERE t.locktype = 'advisory' AND t.granted \
           AND t.classid = {CLASS} AND t.objid = {TARGET} AND t.objsubid = 2 \
           AND t.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())"
    )
}

fn is_true(cell: Option<&Option<String>>) -> bool {
    cell.is_some_and(|cell| cell.as_deref() == Some("t"))
}

/// `backend 123 (stepmark/20261120T021405Z-7f3a9c), connected since 2026-11-20 02:14:05 UTC`.
fn holder(row: &[Option<String>]) -> String {
    let cell = |at: usize| row.get(at).and_then(Option::as_deref).map(visible::line);
    let name = cell(1).filter(|name| !name.is_empty());
    let since = cell(2).map(|since| since.split('.').next().unwrap_or_default().to_owned());
    format!(
        "backend {}{}{}",
        cell(0).unwrap_or_default(),
        name.map_or_else(String::new, |name| format!(" ({name})")),
        since.map_or_else(String::new, |since| format!(
            ", connected since {since} UTC"
        )),
    )
}

fn refusal(identity: &TargetIdentity, holder: &str) -> String {
    format!(
        "another run of stepmark is at work in database {}: {holder}",
        identity.database
    )
}

/// FNV-1a, in 31 bits, so that it is an `int4` and an `oid` alike.
const fn hash(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash & 0x7fff_ffff
}
