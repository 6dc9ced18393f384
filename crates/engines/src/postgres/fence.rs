//! Runs a work: sends one statement a query, stops at the first error. Opens a transaction only where the work has
//! `transaction`, and does not judge what the outcome means for the step.

use std::sync::Arc;

use bytes::Bytes;
use stepmark_core::record::TransactionStatus;
use stepmark_core::runner::{SqlEnded, SqlStop, WorkEnded};
use tokio_postgres::error::DbError;

use super::conversation::Conversation;
use super::inline_data::inline_data;
use super::line::Loss;
use super::print::Place;
use super::query::{Printing, QueryFailure};
use super::script::{Origin, Script, ScriptItem};
use super::session::SqlDone;
use super::sql_work::SqlWork;
use super::takers::{Taken, Takers};
use super::timeouts::{self, SetTimeout, Timeout};
use super::{made_statements, own_transaction, server_error, transaction_ends, visible};

/// Statements that were made are shown up to here, in bytes.
const SHOWN_BYTES_MAX: usize = 200;

/// A work being run on a session.
pub(crate) struct Fence<'a> {
    pub(crate) conversation: Conversation<'a>,
    /// Timeouts of this work or an earlier one that are to be put back.
    pub(crate) set: &'a mut Vec<SetTimeout>,
}

impl Fence<'_> {
    /// Runs it to its end, its first error, a cancel, or the session's end.
    pub(crate) async fn run(mut self, work: &Arc<SqlWork>) -> SqlDone {
        let script = match Script::of(&work.text, self.conforming()) {
            Ok(script) => script,
            Err(message) => return unstartable(message),
        };
        let timeouts = Timeout::of(work);
        let objection = occupied(self.conversation.status(), work.transaction, &timeouts)
            .or_else(|| script.objection(work.transaction));
        if let Some(message) = objection {
            return unstartable(message);
        }
        let mut ended = SqlEnded {
            statements: u32::try_from(script.len()).unwrap_or(u32::MAX),
            ..SqlEnded::default()
        };
        let mut takers = Takers::of(work);
        ended.stop = self.open(work, &timeouts).await;
        if ended.stop.is_none() {
            self.statements(&script, work, &mut takers, &mut ended)
                .await;
        }
        let mut taken = ended.stop.is_none().then(|| takers.finish(work));
        let generated = taken
            .as_mut()
            .and_then(|taken| self.hand_over(taken, &mut ended));
        if work.transaction {
            own_transaction::settle(&mut self.conversation, &mut ended).await;
        }
        timeouts::put_back(&mut self.conversation, self.set).await;
        ended.transaction = match ended.stop {
            Some(SqlStop::Lost { .. }) => TransactionStatus::Idle,
            Some(SqlStop::Refused(_) | SqlStop::RolledBack) | None => self.conversation.status(),
        };
        self.conversation.output.borrow_mut().flush();
        if ended.stop.is_some() {
            (ended.finding, ended.captured) = (None, None);
            return SqlDone::empty_handed(WorkEnded::Sql(ended));
        }
        SqlDone {
            ended: WorkEnded::Sql(ended),
            generated,
            rows: taken.and_then(|taken| taken.rows),
        }
    }

    /// What must be so before the first statement: old timeouts back, the transaction open, new timeouts set.
    async fn open(&mut self, work: &SqlWork, timeouts: &[Timeout]) -> Option<SqlStop> {
        timeouts::put_back(&mut self.conversation, self.set).await;
        match work.transaction {
            true => own_transaction::begin(&mut self.conversation, timeouts).await,
            false => timeouts::set(&mut self.conversation, timeouts, self.set).await,
        }
    }

    /// Whether a backslash is an ordinary character in strings.
    fn conforming(&self) -> bool {
        let value = self.conversation.parameter("standard_conforming_strings");
        value.is_none_or(|value| value != "off")
    }

    async fn statements(
        &mut self,
        script: &Script<'_>,
        work: &Arc<SqlWork>,
        takers: &mut Takers,
        ended: &mut SqlEnded,
    ) {
        for index in 0..script.len() {
            let item = script.item(index);
            // The table would only repeat the statements that are listed afterwards.
            let printing = match work.generates && index + 1 == script.len() {
                true => Printing::NoTables,
                false => Printing::Everything,
            };
            ended.stop = match self.conversation.control.asked() {
                0 => {
                    let data = item.data.clone().map(|range| inline_data(work, range));
                    self.statement(&item, data, takers, printing, ended).await
                }
                _ => {
                    let error = server_error::cancelled_before("the next statement", item.start());
                    Some(self.conversation.made_up(error))
                }
            };
            if ended.stop.is_some() {
                return;
            }
            ended.finished += 1;
            let conforming = self.conforming();
            if script.is_misread_after(index, conforming) {
                let error = server_error::misread(conforming, item.start());
                ended.stop = Some(self.conversation.made_up(error));
                return;
            }
        }
    }

    async fn statement(
        &mut self,
        item: &ScriptItem<'_>,
        data: Option<Bytes>,
        takers: &mut Takers,
        printing: Printing,
        ended: &mut SqlEnded,
    ) -> Option<SqlStop> {
        let before = self.conversation.status();
        let end = self
            .conversation
            .send(item.sent.text(), Some(item), data, takers, printing)
            .await;
        ended.rows += end.rows;
        if let Some(tag) = end.tags.last() {
            ended.tag = Some(visible::line(tag));
        }
        match end.failure {
            Some(QueryFailure::Lost(loss)) => {
                let in_doubt = transaction_ends::in_doubt(before, &item.kinds);
                Some(self.lost(&loss, before, in_doubt, ended))
            }
            Some(QueryFailure::NeverSent(loss)) => Some(self.lost(&loss, before, false, ended)),
            Some(QueryFailure::Server(error)) => {
                self.ends(before, item, &end.tags, ended);
                Some(self.refused(&error, item))
            }
            Some(QueryFailure::Unreadable(problem)) => {
                self.ends(before, item, &end.tags, ended);
                Some(self.conversation.unreadable(&problem, item.start()))
            }
            None => self
                .ends(before, item, &end.tags, ended)
                .then_some(SqlStop::RolledBack),
        }
    }

    /// Notes how transactions ended in a query; whether a COMMIT was refused.
    fn ends(
        &self,
        before: TransactionStatus,
        item: &ScriptItem<'_>,
        tags: &[String],
        ended: &mut SqlEnded,
    ) -> bool {
        let after = self.conversation.status();
        let found = transaction_ends::of_query(before, &item.kinds, tags, after);
        ended.ends.extend(found.ends);
        found.commit_refused
    }

    fn lost(
        &self,
        loss: &Loss,
        before: TransactionStatus,
        in_doubt: bool,
        ended: &mut SqlEnded,
    ) -> SqlStop {
        ended
            .ends
            .extend(transaction_ends::of_loss(before, in_doubt));
        self.conversation.lost(loss, in_doubt)
    }

    fn refused(&self, error: &DbError, item: &ScriptItem<'_>) -> SqlStop {
        let body = item.body();
        let pointed = item.pointed(error);
        let stop = self.conversation.refused(
            error,
            &Place {
                body: &body,
                offset: pointed.unwrap_or(match item.origin {
                    Origin::Fence { start, .. } => start,
                    Origin::Made { .. } => 0,
                }),
                exact: pointed.is_some(),
            },
        );
        if let Origin::Made {
            text,
            number,
            count,
        } = item.origin
        {
            self.conversation.write(&format!(
                "STATEMENT:  {number} of {count}: {}\n",
                first_line(text)
            ));
        }
        stop
    }

    /// Puts what was taken into `ended`, and prints what goes with it. The statements made, if they are taken.
    fn hand_over(&self, taken: &mut Taken, ended: &mut SqlEnded) -> Option<Vec<String>> {
        ended.finding = taken.finding.take();
        ended.captured = taken.captured.take();
        self.conversation.write(&taken.differing);
        match taken.made.take()? {
            Ok(statements) => {
                self.conversation
                    .write(&made_statements::heading(statements.len()));
                for statement in &statements {
                    self.conversation.write(&made_statements::shown(statement));
                }
                Some(statements)
            }
            Err(message) => {
                let error = server_error::not_taken(message);
                ended.stop = Some(self.conversation.made_up(error));
                None
            }
        }
    }
}

fn unstartable(message: String) -> SqlDone {
    SqlDone::empty_handed(WorkEnded::Unstartable { message })
}

/// Why a work cannot start while the session's transaction has this `status`.
fn occupied(status: TransactionStatus, transaction: bool, timeouts: &[Timeout]) -> Option<String> {
    match (status, transaction, timeouts.first()) {
        (TransactionStatus::Idle, ..) | (_, false, None) => None,
        (_, true, _) => Some(
            "a transaction is open on this connection, and a step with `transaction` has one of its own; end the open one before this step, or remove `transaction` here"
                .to_owned(),
        ),
        (_, false, Some(timeout)) => Some(format!(
            "a transaction is open on this connection, and nothing is put into it beside the runbook\u{2019}s statements; write SET LOCAL {} in the fence",
            timeout.name()
        )),
    }
}

/// The first line of a statement, cut where it is long.
fn first_line(text: &str) -> String {
    let text = text.trim();
    let line = text.lines().next().unwrap_or_default();
    let shown = &line[..line.floor_char_boundary(SHOWN_BYTES_MAX)];
    let more = if shown.len() < text.len() { "…" } else { "" };
    format!("{}{more}", visible::line(shown))
}
