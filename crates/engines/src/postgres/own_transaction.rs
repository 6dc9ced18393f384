//! The transaction around a work that has `transaction`: BEGIN, the wait before COMMIT, COMMIT or ROLLBACK. Does not
//! run the work's statements.

use stepmark_core::record::{TransactionEnd, TransactionStatus};
use stepmark_core::runner::{SqlEnded, SqlStop};
use stepmark_sql::StatementKind;

use super::conversation::Conversation;
use super::query::{Printing, QueryFailure};
use super::session_event::SessionEvent;
use super::takers::Takers;
use super::timeouts::Timeout;
use super::{server_error, transaction_ends};

/// The version of PostgreSQL that gave transaction ids functions of their own.
const XACT_ID_VERSION_MIN: u32 = 13;
/// A cancel request may hit a ROLLBACK, which then is sent again, so many times.
const ROLLBACK_TRIES_MAX: usize = 20;

/// Opens it, with timeouts of its own; the stop is why it could not be opened.
pub(crate) async fn begin(
    conversation: &mut Conversation<'_>,
    timeouts: &[Timeout],
) -> Option<SqlStop> {
    let set = timeouts.iter().map(Timeout::set_local);
    let query: Vec<String> = std::iter::once("BEGIN".to_owned()).chain(set).collect();
    let failure = conversation.ask(&query.join("; ")).await.err()?;
    Some(conversation.refused_ours(failure, false))
}

/// Ends it: commits what went well once that is permitted, and rolls back all else. Says so in `ended`.
pub(crate) async fn settle(conversation: &mut Conversation<'_>, ended: &mut SqlEnded) {
    if matches!(ended.stop, Some(SqlStop::Lost { .. })) {
        return;
    }
    let failed = ended.stop.is_some()
        || ended.finding.as_ref().is_some_and(|finding| !finding.met)
        || ended.captured.as_ref().is_some_and(Result::is_err);
    if !failed {
        ended.stop = match prepare(conversation).await {
            Some(stop) => Some(stop),
            None => commit(conversation, ended).await,
        };
        if let Some(SqlStop::Lost { in_doubt, .. }) = ended.stop {
            let end = transaction_ends::of_loss(TransactionStatus::Open, in_doubt);
            ended.ends.extend(end);
            return;
        }
    }
    if conversation.status() != TransactionStatus::Idle {
        ended.ends.extend(roll_back(conversation).await);
    }
}

/// Announces the COMMIT and waits until it is permitted; the stop is why it will not be sent.
async fn prepare(conversation: &mut Conversation<'_>) -> Option<SqlStop> {
    if conversation.status() != TransactionStatus::Open {
        return Some(conversation.made_up(server_error::transaction_ended()));
    }
    let transaction_id = match transaction_id(conversation).await {
        Ok(id) => id,
        Err(failure) => return Some(conversation.refused_ours(failure, false)),
    };
    conversation.output.borrow_mut().flush();
    let control = conversation.control;
    control.commit_is_ready();
    (conversation.events)(SessionEvent::CommitReady { transaction_id });
    match conversation.wait(control.commit_permitted()).await {
        Ok(true) => None,
        Ok(false) => Some(conversation.made_up(server_error::cancelled_before("COMMIT", None))),
        Err(loss) => Some(conversation.lost(&loss, false)),
    }
}

async fn transaction_id(
    conversation: &mut Conversation<'_>,
) -> Result<Option<String>, QueryFailure> {
    let version = conversation.parameter("server_version").unwrap_or_default();
    let query = format!("SELECT pg_catalog.{}()", transaction_id_function(&version));
    let rows = conversation.ask(&query).await?;
    let id = (!rows.is_empty()).then(|| rows.row(0));
    Ok(id.and_then(|cells| cells.first().copied().flatten().map(str::to_owned)))
}

/// The function that a server of this version has; `version` is its `server_version`.
fn transaction_id_function(version: &str) -> &'static str {
    let digits = version.split(|it: char| !it.is_ascii_digit()).next();
    let major = digits.and_then(|digits| digits.parse::<u32>().ok());
    match major.is_none_or(|major| major >= XACT_ID_VERSION_MIN) {
        true => "pg_current_xact_id_if_assigned",
        false => "txid_current_if_assigned",
    }
}

async fn commit(conversation: &mut Conversation<'_>, ended: &mut SqlEnded) -> Option<SqlStop> {
    let end = conversation
        .send(
            "COMMIT",
            None,
            None,
            &mut Takers::default(),
            Printing::Nothing,
        )
        .await;
    if let Some(failure @ (QueryFailure::Lost(_) | QueryFailure::NeverSent(_))) = end.failure {
        return Some(conversation.refused_ours(failure, true));
    }
    let found = transaction_ends::of_query(
        TransactionStatus::Open,
        &[StatementKind::Commit],
        &end.tags,
        conversation.status(),
    );
    ended.ends.extend(found.ends);
    match end.failure {
        None => found.commit_refused.then_some(SqlStop::RolledBack),
        Some(failure) => Some(conversation.refused_ours(failure, true)),
    }
}

/// Sends ROLLBACK; none if the server never took one.
async fn roll_back(conversation: &mut Conversation<'_>) -> Option<TransactionEnd> {
    for _ in 0..ROLLBACK_TRIES_MAX {
        let answer = conversation.ask("ROLLBACK").await;
        if let Err(QueryFailure::Lost(_) | QueryFailure::NeverSent(_)) = answer {
            conversation.sightings.look().transaction = TransactionStatus::Idle;
            return Some(TransactionEnd::Lost);
        }
        if conversation.status() == TransactionStatus::Idle {
            return Some(TransactionEnd::RolledBack);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::transaction_id_function;

    #[test]
    fn old_servers_are_asked_by_the_name_they_know() {
        for (version, function) in [
            ("12.22 (Debian 12.22-1)", "txid_current_if_assigned"),
            ("13.0", "pg_current_xact_id_if_assigned"),
            ("19beta1", "pg_current_xact_id_if_assigned"),
            ("", "pg_current_xact_id_if_assigned"),
        ] {
            assert_eq!(transaction_id_function(version), function, "{version}");
        }
    }
}
