//! What one work says to the server and hears from it: its statements, printed, and queries of our own, which are not.
//! Does not decide what to say.

use std::cell::RefCell;

use bytes::Bytes;
use stepmark_core::plan::Position;
use stepmark_core::record::{ServerError, TransactionStatus};
use stepmark_core::runner::SqlStop;
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Client};

use super::control::Control;
use super::kept_rows::KeptRows;
use super::line::{Line, Loss};
use super::print::{Diagnostic, Output, Place, Subject};
use super::query::{Printing, Query, QueryEnd, QueryFailure};
use super::script::ScriptItem;
use super::session_event::SessionEvent;
use super::takers::Takers;
use super::tap::Sightings;
use super::{server_error, visible};

/// A session while one work has it.
pub(crate) struct Conversation<'a> {
    pub(crate) client: &'a Client,
    pub(crate) line: &'a mut Line,
    pub(crate) sightings: &'a Sightings,
    pub(crate) control: &'a Control,
    pub(crate) output: RefCell<Output>,
    pub(crate) events: &'a dyn Fn(SessionEvent),
}

impl Conversation<'_> {
    /// The transaction's state after the last answer.
    pub(crate) fn status(&self) -> TransactionStatus {
        self.sightings.look().transaction
    }

    /// The value of a setting that the server reports on its own.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.sightings.look().parameters.get(name).cloned()
    }

    /// Sends `text` and takes in all that it is answered with; notices point into what it is `of`, if that is anything of
    /// the work's.
    pub(crate) async fn send(
        &mut self,
        text: &str,
        of: Option<&ScriptItem<'_>>,
        data: Option<Bytes>,
        takers: &mut Takers,
        printing: Printing,
    ) -> QueryEnd {
        self.sightings.look().start_query(data);
        let output = &self.output;
        let query = Query::new(self.client, self.sightings, output, takers, printing);
        let mut told = |message| tell(&mut output.borrow_mut(), message, of);
        match self.line.drive(query.run(text), &mut told).await {
            Ok(end) => end,
            Err(loss) => QueryEnd {
                tags: Vec::new(),
                rows: 0,
                failure: Some(QueryFailure::Lost(loss)),
            },
        }
    }

    /// Asks something of our own, for the rows of its last result; nothing is printed of them, but notices are.
    pub(crate) async fn ask(&mut self, text: &str) -> Result<KeptRows, QueryFailure> {
        let mut takers = Takers::keeping_rows();
        let end = self
            .send(text, None, None, &mut takers, Printing::Nothing)
            .await;
        match end.failure {
            Some(failure) => Err(failure),
            None => Ok(takers.into_rows().unwrap_or_default()),
        }
    }

    /// Waits for `event` while notices are printed as they come.
    pub(crate) async fn wait<F: Future>(&mut self, event: F) -> Result<F::Output, Loss> {
        let output = &self.output;
        let mut told = |message| tell(&mut output.borrow_mut(), message, None);
        self.line.drive(event, &mut told).await
    }

    /// Prints.
    pub(crate) fn write(&self, text: &str) {
        self.output.borrow_mut().write(text);
    }

    /// Prints the end of the session, and is the stop that it means.
    pub(crate) fn lost(&self, loss: &Loss, in_doubt: bool) -> SqlStop {
        let message = visible::line(&loss.message);
        self.write(&format!("connection lost: {message}\n"));
        SqlStop::Lost { message, in_doubt }
    }

    /// Prints an error about a place in the work's text, and is the stop that it means.
    pub(crate) fn refused(&self, error: &DbError, place: &Place<'_>) -> SqlStop {
        let subject = Subject::Place(place);
        self.write(&Diagnostic { error, subject }.text());
        let position = place.body.position(place.offset);
        SqlStop::Refused(Box::new(server_error::of(error, position)))
    }

    /// Prints why a query of our own failed, and is the stop that it means.
    pub(crate) fn refused_ours(&self, failure: QueryFailure, in_doubt: bool) -> SqlStop {
        match failure {
            QueryFailure::Server(error) => {
                let subject = Subject::Ours;
                let diagnostic = Diagnostic {
                    error: &error,
                    subject,
                };
                self.write(&diagnostic.text());
                SqlStop::Refused(Box::new(server_error::of(&error, None)))
            }
            QueryFailure::Unreadable(problem) => self.unreadable(&problem, None),
            QueryFailure::Lost(loss) => self.lost(&loss, in_doubt),
            QueryFailure::NeverSent(loss) => self.lost(&loss, false),
        }
    }

    /// Prints that an answer could not be read, and is the stop that it means.
    pub(crate) fn unreadable(&self, problem: &str, position: Option<Position>) -> SqlStop {
        self.made_up(server_error::unreadable(problem, position))
    }

    /// Prints an error that no server sent, and is the stop that it means.
    pub(crate) fn made_up(&self, error: ServerError) -> SqlStop {
        let mut text = format!(
            "{}:  {}: {}\n",
            error.severity, error.sqlstate, error.message
        );
        if let Some(hint) = &error.hint {
            text += &format!("HINT:  {hint}\n");
        }
        self.write(&text);
        SqlStop::Refused(Box::new(error))
    }
}

/// Prints what the server says beside its answers, while it carries out `of`.
fn tell(output: &mut Output, message: AsyncMessage, of: Option<&ScriptItem<'_>>) {
    match message {
        AsyncMessage::Notice(notice) => {
            let pointed = of.and_then(|item| Some((item.body(), item.pointed(&notice)?)));
            let place = pointed.as_ref().map(|(body, offset)| Place {
                body,
                offset: *offset,
                exact: true,
            });
            let diagnostic = Diagnostic {
                error: &notice,
                subject: Subject::Notice(place.as_ref()),
            };
            output.write(&diagnostic.text());
        }
        AsyncMessage::Notification(notification) => {
            let payload = match notification.payload() {
                "" => String::new(),
                payload => format!(" with payload \"{}\"", visible::text(payload)),
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
