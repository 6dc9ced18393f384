//! An authenticated connection that is driven by whoever waits for something on it. Does not send statements.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, Client, Connection, Error, SimpleQueryMessage};

use super::tap::Tap;

/// tokio-postgres' half of the connection that does the I/O.
pub(crate) struct Line {
    connection: Connection<Tap, Tap>,
    severed: Arc<Notify>,
    /// Why the connection ended, once it has; tokio-postgres must not be polled again then.
    ended: Option<Loss>,
}

/// The rows of a query of our own, as text.
pub(crate) type Rows = Vec<Vec<Option<String>>>;

/// The connection is gone, for this reason.
#[derive(Clone, Debug)]
pub(crate) struct Loss {
    /// In one line, the server's own words where it had any.
    pub(crate) message: String,
}

impl Loss {
    pub(crate) fn of(error: &Error) -> Self {
        let message = match error.as_db_error() {
            Some(error) => format!(
                "{}: {}: {}",
                error.severity(),
                error.code().code(),
                super::visible::line(error.message())
            ),
            None if error.is_closed() => "the server closed the connection unexpectedly".to_owned(),
            None => match std::error::Error::source(error) {
                Some(cause) => format!("the connection failed: {cause}"),
                None => format!("the connection failed: {error}"),
            },
        };
        Self { message }
    }
}

impl Line {
    pub(crate) fn new(connection: Connection<Tap, Tap>) -> Self {
        Self {
            connection,
            severed: Arc::default(),
            ended: None,
        }
    }

    /// Notifying this makes the connection count as lost.
    pub(crate) fn severed(&self) -> Arc<Notify> {
        Arc::clone(&self.severed)
    }

    /// Drives the connection until `work` is done. `told` hears notices and notifications as they come, after `work`
    /// has taken in all that came before them. What came before the connection's end may still finish `work`.
    pub(crate) async fn drive<F: Future>(
        &mut self,
        work: F,
        told: &mut dyn FnMut(AsyncMessage),
    ) -> Result<F::Output, Loss> {
        let mut work = pin!(work);
        let severed = Arc::clone(&self.severed);
        let mut severed = pin!(severed.notified());
        std::future::poll_fn(|context| {
            loop {
                if let Poll::Ready(output) = work.as_mut().poll(context) {
                    return Poll::Ready(Ok(output));
                }
                if let Some(loss) = &self.ended {
                    return Poll::Ready(Err(loss.clone()));
                }
                if severed.as_mut().poll(context).is_ready() {
                    let message = "the connection was cut off to stop the statement".to_owned();
                    self.ended = Some(Loss { message });
                    continue;
                }
                match self.connection.poll_message(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Some(Ok(message))) => {
                        let done = work.as_mut().poll(context);
                        told(message);
                        if let Poll::Ready(output) = done {
                            return Poll::Ready(Ok(output));
                        }
                    }
                    Poll::Ready(Some(Err(error))) => {
                        self.ended = Some(Loss::of(&error));
                    }
                    Poll::Ready(None) => {
                        let message = "the connection is closed".to_owned();
                        self.ended = Some(Loss { message });
                    }
                }
            }
        })
        .await
    }

    /// Asks a query of our own while nothing else is under way; a refusal counts as a loss.
    pub(crate) async fn ask(&mut self, client: &Client, query: &str) -> Result<Rows, Loss> {
        let answer = self.drive(client.simple_query(query), &mut |_| {}).await?;
        answer
            .map(|messages| rows(&messages))
            .map_err(|error| Loss::of(&error))
    }

    /// Drives the connection to its orderly end, after its client was dropped.
    pub(crate) async fn finish(mut self) {
        let ignored = self.drive(std::future::pending::<()>(), &mut |_| {}).await;
        debug_assert!(ignored.is_err());
    }
}

/// The rows among `messages`.
pub(crate) fn rows(messages: &[SimpleQueryMessage]) -> Rows {
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let cells = rows.map(|row| {
        let cell = |at| row.try_get(at).ok().flatten().map(str::to_owned);
        (0..row.len()).map(cell).collect()
    });
    cells.collect()
}
