//! The timeouts of a work: `lock_timeout` and `statement_timeout` while it runs, and their old values afterwards.
//! Never speaks inside the author's transaction.

use std::time::Duration;

use stepmark_core::quote::literal;
use stepmark_core::record::TransactionStatus;
use stepmark_core::runner::SqlStop;

use super::conversation::Conversation;
use super::query::QueryFailure;
use super::sql_work::SqlWork;

/// The longest timeout PostgreSQL takes, in milliseconds.
const MILLISECONDS_MAX: u128 = 2_147_483_647;
/// A cancel request may hit the putting back, which then is tried again, so many times.
const TRIES_MAX: usize = 5;

/// A timeout that a work asks for.
pub(crate) struct Timeout {
    name: &'static str,
    milliseconds: u128,
}

/// A timeout that was set, and is to be put back.
#[derive(Debug)]
pub(crate) struct SetTimeout {
    name: &'static str,
    before: String,
    /// What the server shows for what was set.
    ours: String,
}

impl Timeout {
    /// Those of `work`.
    pub(crate) fn of(work: &SqlWork) -> Vec<Self> {
        [
            ("lock_timeout", work.lock_timeout),
            ("statement_timeout", work.statement_timeout),
        ]
        .into_iter()
        .filter_map(|(name, limit)| {
            Some(Self {
                name,
                milliseconds: milliseconds(limit?),
            })
        })
        .collect()
    }

    /// The setting's name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// `SET LOCAL lock_timeout = 5000`, in milliseconds.
    pub(crate) fn set_local(&self) -> String {
        format!("SET LOCAL {} = {}", self.name, self.milliseconds)
    }
}

/// PostgreSQL counts in milliseconds, and takes zero for no limit at all.
fn milliseconds(limit: Duration) -> u128 {
    limit.as_nanos().div_ceil(1_000_000).min(MILLISECONDS_MAX)
}

/// Sets `timeouts` for the session, which must be idle. Adds to `set` what is to be put back.
pub(crate) async fn set(
    conversation: &mut Conversation<'_>,
    timeouts: &[Timeout],
    set: &mut Vec<SetTimeout>,
) -> Option<SqlStop> {
    if timeouts.is_empty() {
        return None;
    }
    let columns: Vec<String> = timeouts
        .iter()
        .map(|timeout| {
            let (name, value) = (timeout.name, timeout.milliseconds);
            format!(
                "pg_catalog.current_setting('{name}'), pg_catalog.set_config('{name}', '{value}', false)"
            )
        })
        .collect();
    let query = format!("SELECT {}", columns.join(", "));
    let rows = match conversation.ask(&query).await {
        Ok(rows) => rows,
        Err(failure) => return Some(conversation.refused_ours(failure, false)),
    };
    if rows.is_empty() {
        return None;
    }
    let cells = rows.row(0);
    for (timeout, pair) in timeouts.iter().zip(cells.chunks(2)) {
        if let [Some(before), Some(ours)] = pair {
            set.push(SetTimeout {
                name: timeout.name,
                before: (*before).to_owned(),
                ours: (*ours).to_owned(),
            });
        }
    }
    None
}

/// Puts back what `set` holds and empties it, unless a transaction is open: then it stays for later, as it does where
/// the session is lost, which the next one to use it will notice.
pub(crate) async fn put_back(conversation: &mut Conversation<'_>, set: &mut Vec<SetTimeout>) {
    if set.is_empty() || conversation.status() != TransactionStatus::Idle {
        return;
    }
    let columns: Vec<String> = set
        .iter()
        .map(|timeout| {
            format!(
                "CASE WHEN pg_catalog.current_setting('{0}') = {1} THEN pg_catalog.set_config('{0}', {2}, false) END",
                timeout.name,
                literal(&timeout.ours),
                literal(&timeout.before)
            )
        })
        .collect();
    let query = format!("SELECT {}", columns.join(", "));
    for _ in 0..TRIES_MAX {
        match conversation.ask(&query).await {
            Ok(_) => {
                set.clear();
                return;
            }
            Err(QueryFailure::Server(_)) => {}
            Err(
                QueryFailure::Lost(_) | QueryFailure::NeverSent(_) | QueryFailure::Unreadable(_),
            ) => return,
        }
    }
}
