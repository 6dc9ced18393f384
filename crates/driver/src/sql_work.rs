//! From a SQL step to what a session is given to do, and what of it is kept for later steps. Runs nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use stepmark_core::StepIndex;
use stepmark_core::plan::{Expectation, Plan, Step};
use stepmark_engines::postgres::{KeptRows, SqlText, SqlWork};

use crate::values::Values;

/// The rows of steps that others are compared with. Kept in memory for the run.
pub(crate) struct Compared {
    rows: BTreeMap<StepIndex, Option<Arc<KeptRows>>>,
}

impl Compared {
    /// Nothing yet, for the steps that a `same=` of `plan` names.
    pub(crate) fn new(plan: &Plan) -> Self {
        let named = plan.steps.iter().filter_map(|step| match step.expectation {
            Some(Expectation::SameAs(other)) => Some((other, None)),
            _ => None,
        });
        Self {
            rows: named.collect(),
        }
    }

    /// Takes in the rows of `step`.
    pub(crate) fn keep(&mut self, step: StepIndex, rows: KeptRows) {
        self.rows.insert(step, Some(Arc::new(rows)));
    }

    /// The first piece of work of a SQL step: its fence.
    ///
    /// # Errors
    /// In words: a variable cannot be put in.
    pub(crate) fn fence(
        &self,
        index: StepIndex,
        step: &Step,
        values: &Values,
    ) -> Result<SqlWork, String> {
        let broken_off = values.broken_off(index, step);
        let step = broken_off.as_ref().unwrap_or(step);
        let edits = values
            .edits(step)
            .map_err(|problem| format!("{} {}", problem.name, problem.why))?;
        let generates = step.sql.generated.is_some();
        let same_as = match step.expectation {
            Some(Expectation::SameAs(other)) => self.rows.get(&other).cloned().flatten(),
            _ => None,
        };
        Ok(SqlWork {
            text: SqlText::Fence {
                body: Arc::clone(&step.body),
                edits,
            },
            expectation: step.expectation.clone(),
            same_as,
            captures: step.flow.captures.len(),
            keep_rows: self.rows.contains_key(&index),
            generates,
            is_look: step.flow.wait.is_some(),
            transaction: step.sql.transaction && !generates,
            lock_timeout: step.sql.lock_timeout,
            statement_timeout: step.sql.statement_timeout,
        })
    }
}

/// The second piece of work of a `gexec` step: the statements it made.
pub(crate) fn made(step: &Step, statements: Vec<String>) -> SqlWork {
    SqlWork {
        text: SqlText::Generated(statements),
        transaction: step.sql.transaction,
        lock_timeout: step.sql.lock_timeout,
        statement_timeout: step.sql.statement_timeout,
        ..SqlWork::fence(stepmark_core::plan::Body::default())
    }
}
