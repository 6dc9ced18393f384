//! Runs a fence: splits it, sends one statement a query, stops at the first error. Does not open a transaction of its
//! own, and does not judge what the outcome means for the step.

use std::cell::RefCell;

use bytes::Bytes;
use stepmark_core::plan::{Body, Judge, Position};
use stepmark_core::record::{TransactionEnd, TransactionStatus};
use stepmark_core::runner::{SqlEnded, SqlStop, WorkEnded};
use stepmark_sql::{Sent, Split, Statement, StatementKind, split};
use tokio_postgres::error::{DbError, ErrorPosition};
use tokio_postgres::{AsyncMessage, Client};

use super::control::Control;
use super::line::{Line, Loss};
use super::print::{Diagnostic, Output, Place};
use super::query::{Query, QueryEnd, QueryFailure};
use super::sql_work::{SqlText, SqlWork};
use super::tap::Sightings;
use super::{server_error, transaction_ends, visible};

/// A fence being run on a session.
pub(crate) struct Fence<'a> {
    pub(crate) client: &'a Client,
    pub(crate) line: &'a mut Line,
    pub(crate) sightings: &'a Sightings,
    pub(crate) control: &'a Control,
    pub(crate) output: RefCell<Output>,
}

impl Fence<'_> {
    /// Runs it to its end, its first error, a cancel, or the session's end.
    pub(crate) async fn run(mut self, work: &SqlWork) -> WorkEnded {
        let SqlText::Fence { body, .. } = &work.text else {
            unreachable!("generated statements are not run yet");
        };
        let standard_conforming = {
            let seen = self.sightings.look();
            seen.parameters
                .get("standard_conforming_strings")
                .is_none_or(|value| value != "off")
        };
        let split = split(&body.text, standard_conforming);
        if let Some(message) = objection(&split, body) {
            return WorkEnded::Unstartable { message };
        }
        let mut judge = work.expectation.as_ref().map(Judge::new);
        let mut ended = SqlEnded {
            statements: u32::try_from(split.statements.len()).unwrap_or(u32::MAX),
            ..SqlEnded::default()
        };
        for statement in &split.statements {
            ended.stop = match self.control.asked() {
                0 => {
                    self.statement(statement, body, judge.as_mut(), &mut ended)
                        .await
                }
                _ => Some(self.cancelled_between(statement, body)),
            };
            if ended.stop.is_some() {
                break;
            }
            ended.finished += 1;
        }
        if ended.stop.is_none() {
            ended.finding = judge.map(|judge| judge.finding());
        }
        ended.transaction = match ended.stop {
            Some(SqlStop::Lost { .. }) => TransactionStatus::Idle,
            Some(SqlStop::Refused(_) | SqlStop::RolledBack) | None => {
                self.sightings.look().transaction
            }
        };
        self.output.borrow_mut().flush();
        WorkEnded::Sql(ended)
    }

    async fn statement(
        &mut self,
        statement: &Statement,
        body: &Body,
        judge: Option<&mut Judge>,
        ended: &mut SqlEnded,
    ) -> Option<SqlStop> {
        let source = &body.text;
        let kinds = statement.kinds(source);
        let sent = statement.sent_with(source, &[], |_| None);
        let data = statement
            .copy_data
            .as_ref()
            .map(|range| Bytes::copy_from_slice(&source.as_bytes()[range.clone()]));
        let before = {
            let mut seen = self.sightings.look();
            seen.start_query(data);
            seen.transaction
        };
        let output = &self.output;
        let query = Query::new(self.client, self.sightings, output, judge);
        let mut told = |message| tell(&mut output.borrow_mut(), message);
        let end = match self.line.drive(query.run(sent.text()), &mut told).await {
            Ok(end) => end,
            Err(loss) => QueryEnd {
                tags: Vec::new(),
                rows: 0,
                failure: Some(QueryFailure::Lost(loss)),
            },
        };
        ended.rows += end.rows;
        if let Some(tag) = end.tags.last() {
            ended.tag = Some(visible::line(tag));
        }
        let place = |error: &DbError| place(error, &sent, statement);
        match end.failure {
            Some(QueryFailure::Lost(loss)) => Some(self.lost(
                &loss,
                before,
                transaction_ends::in_doubt(before, &kinds),
                ended,
            )),
            Some(QueryFailure::NeverSent(loss)) => Some(self.lost(&loss, before, false, ended)),
            Some(QueryFailure::Server(error)) => {
                self.ends(before, &kinds, &end.tags, ended);
                let (offset, exact) = place(&error);
                Some(self.refused(
                    &error,
                    &Place {
                        body,
                        offset,
                        exact,
                    },
                ))
            }
            Some(QueryFailure::Unreadable(problem)) => {
                self.ends(before, &kinds, &end.tags, ended);
                let error = server_error::unreadable(&problem, start(statement, body));
                Some(self.made_up(error))
            }
            None => self
                .ends(before, &kinds, &end.tags, ended)
                .then_some(SqlStop::RolledBack),
        }
    }

    /// Notes how transactions ended in a query; whether a COMMIT was refused.
    fn ends(
        &self,
        before: TransactionStatus,
        kinds: &[StatementKind],
        tags: &[String],
        ended: &mut SqlEnded,
    ) -> bool {
        let after = self.sightings.look().transaction;
        let found = transaction_ends::of_query(before, kinds, tags, after);
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
        if before != TransactionStatus::Idle {
            ended.ends.push(match in_doubt {
                true => TransactionEnd::Unknown,
                false => TransactionEnd::Lost,
            });
        }
        let message = visible::line(&loss.message);
        self.output
            .borrow_mut()
            .write(&format!("connection lost: {message}\n"));
        SqlStop::Lost { message, in_doubt }
    }

    fn refused(&self, error: &DbError, place: &Place<'_>) -> SqlStop {
        let position = place.body.position(place.offset);
        let text = Diagnostic {
            error,
            place: Some(place),
        }
        .text();
        self.output.borrow_mut().write(&text);
        SqlStop::Refused(Box::new(server_error::of(error, position)))
    }

    fn cancelled_between(&self, statement: &Statement, body: &Body) -> SqlStop {
        self.made_up(server_error::cancelled_between(start(statement, body)))
    }

    /// Prints and returns an error that no server sent.
    fn made_up(&self, error: stepmark_core::record::ServerError) -> SqlStop {
        let mut text = format!(
            "{}:  {}: {}\n",
            error.severity, error.sqlstate, error.message
        );
        if let Some(hint) = &error.hint {
            text += &format!("HINT:  {hint}\n");
        }
        self.output.borrow_mut().write(&text);
        SqlStop::Refused(Box::new(error))
    }
}

/// What keeps the text from being run statement by statement.
fn objection(split: &Split, body: &Body) -> Option<String> {
    let problem = split.problems.first()?;
    let place = match body.position(problem.range.start) {
        Some(position) => format!("line {}, column {}", position.line, position.column),
        None => format!("byte {} of the text", problem.range.start),
    };
    Some(format!(
        "{place}: {}; {}",
        problem.kind,
        problem.kind.hint()
    ))
}

fn start(statement: &Statement, body: &Body) -> Option<Position> {
    body.position(statement.range.start)
}

/// The byte offset in the fence an error is about, and whether the server pointed at it.
fn place(error: &DbError, sent: &Sent<'_>, statement: &Statement) -> (usize, bool) {
    let pointed = match error.position() {
        Some(ErrorPosition::Original(position)) => usize::try_from(*position)
            .ok()
            .and_then(|position| sent.source_of_position(position)),
        Some(ErrorPosition::Internal { .. }) | None => None,
    };
    match pointed {
        Some(offset) => (offset, true),
        None => (statement.range.start, false),
    }
}

/// Prints what the server says beside its answers.
fn tell(output: &mut Output, message: AsyncMessage) {
    match message {
        AsyncMessage::Notice(notice) => {
            let text = Diagnostic {
                error: &notice,
                place: None,
            }
            .text();
            output.write(&text);
        }
        AsyncMessage::Notification(notification) => {
            let payload = match notification.payload() {
                "" => String::new(),
                payload => format!(" with payload \"{}\"", visible::line(payload)),
            };
            output.write(&format!(
                "Asynchronous notification \"{}\"{payload} received from server process with PID {}.\n",
                visible::line(notification.channel()),
                notification.process_id()
            ));
        }
        _ => {}
    }
}
