//! How transactions ended in one query, from its command tags and the status before and after. Asks nobody.
//!
//! PREPARE TRANSACTION counts as committed: its effects are on disk and no longer this session's, and a later
//! ROLLBACK PREPARED is an act of its own, as a DELETE would be.

use stepmark_core::record::{TransactionEnd, TransactionStatus};
use stepmark_sql::StatementKind;

/// What a query did to transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TransactionEnds {
    /// The ends, in order.
    pub(crate) ends: Vec<TransactionEnd>,
    /// A COMMIT was answered with ROLLBACK.
    pub(crate) commit_refused: bool,
}

/// The ends in a query of parts of these `kinds`, answered with these `tags`, between these statuses.
pub(crate) fn of_query(
    before: TransactionStatus,
    kinds: &[StatementKind],
    tags: &[String],
    after: TransactionStatus,
) -> TransactionEnds {
    let mut found = TransactionEnds::default();
    let mut open = before != TransactionStatus::Idle;
    for (index, tag) in tags.iter().enumerate() {
        let kind = kinds.get(index).copied().unwrap_or(StatementKind::Other);
        let commits = matches!(
            kind,
            StatementKind::Commit
                | StatementKind::CommitAndChain
                | StatementKind::PrepareTransaction
        );
        let chains = matches!(
            kind,
            StatementKind::CommitAndChain | StatementKind::RollbackAndChain
        );
        match tag.as_str() {
            "BEGIN" | "START TRANSACTION" => open = true,
            "COMMIT" | "PREPARE TRANSACTION" if open => {
                found.ends.push(TransactionEnd::Committed);
                open = chains;
            }
            "ROLLBACK" if kind != StatementKind::RollbackToSavepoint => {
                found.commit_refused |= commits;
                if open {
                    found.ends.push(TransactionEnd::RolledBack);
                }
                open = chains;
            }
            _ => {}
        }
    }
    if open && after == TransactionStatus::Idle {
        found.ends.push(TransactionEnd::RolledBack);
    }
    found
}

/// Whether a query of parts of these `kinds` may have taken effect for good if its answer never came: a COMMIT was
/// under way, or anything outside a transaction block, since even a SELECT may call a function that writes.
pub(crate) fn in_doubt(before: TransactionStatus, kinds: &[StatementKind]) -> bool {
    let durable = |kind: &StatementKind| match before {
        TransactionStatus::Idle => {
            !kind.is_transaction_control()
                || matches!(
                    kind,
                    StatementKind::CommitPrepared | StatementKind::RollbackPrepared
                )
        }
        TransactionStatus::Open => matches!(
            kind,
            StatementKind::Commit
                | StatementKind::CommitAndChain
                | StatementKind::PrepareTransaction
        ),
        TransactionStatus::Failed => false,
    };
    kinds.iter().any(durable)
}

/// How the transaction of a lost session ended, if one was open.
pub(crate) fn of_loss(before: TransactionStatus, in_doubt: bool) -> Option<TransactionEnd> {
    match (before, in_doubt) {
        (TransactionStatus::Idle, _) => None,
        (TransactionStatus::Open | TransactionStatus::Failed, true) => {
            Some(TransactionEnd::Unknown)
        }
        (TransactionStatus::Open | TransactionStatus::Failed, false) => Some(TransactionEnd::Lost),
    }
}

#[cfg(test)]
mod tests;
