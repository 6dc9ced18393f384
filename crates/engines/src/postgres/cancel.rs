//! Stops what a backend does, from a thread of its own: CancelRequest first, then the end of the whole session.
//! Whether it was in time is the server's to say, in its answer to the statement.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Runtime;
use tokio::sync::Notify;

use super::connect::{Route, connect};
use super::control::Control;
use super::settings::Settings;

/// CancelRequest: length 16, code 80877102, then process id and key (protocol documentation, "CancelRequest").
const CANCEL_REQUEST: [u8; 8] = [0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e];
/// The server answers a CancelRequest by closing the connection; it is not waited for longer than this.
const CANCEL_LIMIT: Duration = Duration::from_secs(10);
/// A request that reaches the server between two statements, or before the first, is dropped there without a word
/// (`QueryCancelPending` is cleared when the next command is read), so it is made again as long as the work goes on.
const ASK_AGAIN: Duration = Duration::from_millis(200);
/// How long a second connection may take to end the first, before the socket is cut instead.
const TERMINATE_LIMIT: Duration = Duration::from_secs(3);

/// All that is needed to stop a session's work.
#[derive(Clone)]
pub(crate) struct Canceller {
    pub(crate) control: Arc<Control>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) route: Route,
    /// The process id and key that a CancelRequest names: the server's, or a pooler's own.
    pub(crate) backend: Option<(i32, i32)>,
    /// The process id of the backend itself; none behind a pooler, where it works for others too.
    pub(crate) backend_pid: Option<i32>,
    pub(crate) severed: Arc<Notify>,
}

impl Canceller {
    /// Asks for the work under way to stop; nothing when there is none. Returns at once.
    pub(crate) fn cancel(&self, force: u8) {
        if !self.control.ask(force) {
            return;
        }
        let canceller = self.clone();
        let started = std::thread::Builder::new()
            .name("cancel".to_owned())
            .spawn(move || {
                let _over = RequestOver(Arc::clone(&canceller.control));
                canceller.run(force);
            });
        if started.is_err() {
            let _over = RequestOver(Arc::clone(&self.control));
            if force >= 3 {
                self.severed.notify_one();
            }
        }
    }

    /// Blocks until the request had its effect or failed.
    fn run(&self, force: u8) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = &runtime {
            match force {
                0..3 => self.request_until_ended(runtime),
                // Should that fail, the socket is cut.
                3.. => drop(runtime.block_on(within(TERMINATE_LIMIT, self.terminate()))),
            }
        }
        if force >= 3 {
            self.severed.notify_one();
        }
    }

    fn request_until_ended(&self, runtime: &Runtime) {
        loop {
            // A request that could not be made is made again too: the way to the server may come back.
            let _asked = runtime.block_on(within(CANCEL_LIMIT, self.request()));
            if self.control.wait_for_end(ASK_AGAIN) {
                return;
            }
        }
    }

    /// Sends a CancelRequest and waits until the server has closed that connection, which it does after it has
    /// signalled the backend; a request seen to its end can no longer hit a later statement.
    async fn request(&self) -> io::Result<()> {
        let Some((pid, key)) = self.backend else {
            return Ok(());
        };
        let mut wire = self.route.open().await?;
        let mut message = CANCEL_REQUEST.to_vec();
        message.extend_from_slice(&pid.to_be_bytes());
        message.extend_from_slice(&key.to_be_bytes());
        wire.write_all(&message).await?;
        wire.flush().await?;
        // A server that closes TLS without saying so still has closed.
        let _end = wire.read(&mut [0]).await;
        Ok(())
    }

    /// Ends the backend from a second session of the same role.
    async fn terminate(&self) -> io::Result<()> {
        let Some(pid) = self.backend_pid else {
            return Ok(());
        };
        let mut settings = Settings::clone(&self.settings);
        settings.endpoints = vec![self.route.endpoint.clone()];
        settings.session_settings.clear();
        let mut second = connect(&settings, "stepmark cancel")
            .await
            .map_err(|failure| io::Error::other(failure.message))?;
        let query = format!("SELECT pg_catalog.pg_terminate_backend({pid})");
        let asked = second.client.simple_query(&query);
        let answer = second.line.drive(asked, &mut |_| {}).await;
        answer
            .map_err(|loss| io::Error::other(loss.message))?
            .map(drop)
            .map_err(io::Error::other)
    }
}

async fn within(limit: Duration, work: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    tokio::time::timeout(limit, work).await?
}

/// Says that a request is over, however its thread ends: a session waits for it.
struct RequestOver(Arc<Control>);

impl Drop for RequestOver {
    fn drop(&mut self) {
        self.0.request_over();
    }
}
