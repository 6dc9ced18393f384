//! What a session is given to do for one step.

use std::sync::Arc;
use std::time::Duration;

use stepmark_core::plan::{Body, Edit, Expectation};

use super::KeptRows;

/// Statements to run, each a query of its own, up to the first error.
#[derive(Clone, Debug)]
pub struct SqlWork {
    /// The statements.
    pub text: SqlText,
    /// What their last result must be.
    pub expectation: Option<Expectation>,
    /// The rows that [`Expectation::SameAs`] compares with; none when that step left none.
    pub same_as: Option<Arc<KeptRows>>,
    /// How many variables are captured from the last result; 0 for none.
    pub captures: usize,
    /// Whether the rows of the last result are kept for another step, as far as [`KeptRows`] does.
    pub keep_rows: bool,
    /// Whether the cells of the last result are statements, which are listed, handed back and not run; more than
    /// 100,000 or 64 MiB of them fail the work.
    pub generates: bool,
    /// Whether it is one look of a wait, for which nobody asks where the server stands.
    pub is_look: bool,
    /// Whether all of it is one transaction, ours, whose COMMIT is announced and waits to be permitted.
    pub transaction: bool,
    /// `lock_timeout` while it runs. It cannot start inside a transaction of the runbook's then.
    pub lock_timeout: Option<Duration>,
    /// `statement_timeout` while it runs.
    pub statement_timeout: Option<Duration>,
}

/// The statements of a [`SqlWork`].
#[derive(Clone, Debug)]
pub enum SqlText {
    /// A fence, with values to put in the place of its variables.
    Fence {
        /// The text, and where its lines stand in the runbook.
        body: Body,
        /// The values, in order.
        edits: Vec<Edit>,
    },
    /// Statements that a `gexec` step made; each is sent as it is.
    Generated(Vec<String>),
}

impl SqlWork {
    /// A fence that is just run: nothing of it is expected, captured or kept.
    pub fn fence(body: Body) -> Self {
        Self {
            text: SqlText::Fence {
                body,
                edits: Vec::new(),
            },
            expectation: None,
            same_as: None,
            captures: 0,
            keep_rows: false,
            generates: false,
            is_look: false,
            transaction: false,
            lock_timeout: None,
            statement_timeout: None,
        }
    }
}
