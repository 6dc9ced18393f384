//! What a session's thread is told to do.

use std::sync::Arc;

use stepmark_core::output::OutputSink;
use stepmark_core::record::TransactionEnd;
use stepmark_core::runner::{SqlEnded, SqlStop, WorkEnded};

use super::{SqlDone, WorkDone};
use crate::postgres::sql_work::SqlWork;

/// An order and who hears of its end.
pub(super) enum Order {
    /// Run a fence.
    Run {
        work: Arc<SqlWork>,
        sink: Arc<dyn OutputSink>,
        done: WorkDone,
    },
    /// Send ROLLBACK.
    Abandon {
        done: Box<dyn FnOnce(TransactionEnd) + Send>,
    },
    /// End the session.
    Close {
        done: Box<dyn FnOnce(Option<TransactionEnd>) + Send>,
    },
}

impl Order {
    /// Ends it undone, because the session is gone.
    pub(super) fn refuse(self, message: &str) {
        match self {
            Self::Run { done, .. } => done(SqlDone::empty_handed(WorkEnded::Sql(SqlEnded {
                stop: Some(SqlStop::Lost {
                    message: message.to_owned(),
                    in_doubt: false,
                }),
                ..SqlEnded::default()
            }))),
            Self::Abandon { done } => done(TransactionEnd::Lost),
            Self::Close { done } => done(None),
        }
    }
}
