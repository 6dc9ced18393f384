//! What an observer sees of a session at work: what it waits for, who is in its way, how far the server says it is.

use std::time::Duration;

use crate::ConnectionName;

/// What an observer saw of a session at work. Texts come from the server: bounded, sanitised and redacted by the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The connection.
    pub connection: ConnectionName,
    /// What its backend waits for; none while it works.
    pub waits_for: Option<WaitsFor>,
    /// Who is in its way, nearest first; at most [`BLOCKERS_MAX`].
    pub blockers: Vec<Blocker>,
    /// How far the server says it is, where it says so.
    pub progress: Option<ServerProgress>,
}

/// So many blockers are shown.
pub const BLOCKERS_MAX: usize = 32;

/// What a backend waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitsFor {
    /// `wait_event_type` of `pg_stat_activity`: `Lock`, `IO`, `Client`…
    pub class: String,
    /// `wait_event`: `relation`, `transactionid`…
    pub event: String,
    /// What is locked and in which mode, for a lock: `AccessExclusiveLock on shop.orders`.
    pub lock: Option<String>,
    /// For how long, where the server says so (from version 14) or the observer has seen it.
    pub since: Option<Duration>,
}

/// A backend that is in the way, directly or through others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// Its process id; 0 for a prepared transaction.
    pub pid: i32,
    /// The backend that it blocks: ours, or another in this list.
    pub blocks: i32,
    /// Its role, where we may see it.
    pub user: Option<String>,
    /// Its `application_name`.
    pub application: Option<String>,
    /// Its address; none for a local one.
    pub client: Option<String>,
    /// `active`, `idle in transaction`…
    pub state: Option<String>,
    /// For how long it has been in that state.
    pub state_age: Option<Duration>,
    /// How old its transaction is.
    pub transaction_age: Option<Duration>,
    /// The start of its last query, where we may see it.
    pub query: Option<String>,
}

/// How far a command is, by the server's own views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerProgress {
    /// The command: `CREATE INDEX CONCURRENTLY`, `COPY FROM`, `VACUUM`, `initial table sync`…
    pub command: String,
    /// Its phase, in the server's words.
    pub phase: Option<String>,
    /// The table it works on.
    pub relation: Option<String>,
    /// Done so far, in `unit`.
    pub done: u64,
    /// What there is to do in this phase, in `unit`; none where the server does not know.
    pub total: Option<u64>,
    /// What is counted.
    pub unit: ProgressUnit,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressUnit {
    /// Blocks of a table.
    Blocks,
    /// Rows.
    Rows,
    /// Bytes.
    Bytes,
    /// Tables, or partitions.
    Tables,
    /// Transactions that are waited for.
    Lockers,
}

impl ServerProgress {
    /// The part done, from 0 to 1000; none where the whole is not known.
    pub fn permille(&self) -> Option<u16> {
        let total = self.total.filter(|total| *total > 0)?;
        let part = u128::from(self.done.min(total)) * 1000 / u128::from(total);
        u16::try_from(part).ok()
    }
}
