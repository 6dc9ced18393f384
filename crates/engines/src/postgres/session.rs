//! A session with a server: one connection on a thread of its own, kept for the whole run. Does not reconnect.

mod order;
mod thread;

use std::sync::Arc;
use std::sync::mpsc as blocking;

use order::Order;
use stepmark_core::output::OutputSink;
use stepmark_core::record::{TargetIdentity, TransactionEnd, TransactionStatus};
use stepmark_core::runner::{OpenFailure, WorkEnded};
use thread::SessionThread;
use tokio::sync::mpsc;

use super::cancel::Canceller;
use super::kept_rows::KeptRows;
use super::opening::Opening;
use super::session_event::SessionEvent;
use super::settings::Settings;
use super::sql_work::SqlWork;
use super::tap::Sightings;

/// A handle to a session. Orders are carried out one after the other; dropping it ends the session as
/// [`Session::close`] does, with nobody told.
pub struct Session {
    orders: mpsc::UnboundedSender<Order>,
    canceller: Canceller,
    sightings: Sightings,
}

/// Says once how work ended, on the session's thread.
pub type WorkDone = Box<dyn FnOnce(SqlDone) + Send>;

/// Work that came to its end, and what it hands back.
#[derive(Debug)]
pub struct SqlDone {
    /// How it ended.
    pub ended: WorkEnded,
    /// The statements it made, if it [generates](SqlWork::generates) and came to its end.
    pub generated: Option<Vec<String>>,
    /// The rows of its last result, if they are [kept](SqlWork::keep_rows).
    pub rows: Option<KeptRows>,
}

impl SqlDone {
    /// An end that hands nothing back.
    pub fn empty_handed(ended: WorkEnded) -> Self {
        Self {
            ended,
            generated: None,
            rows: None,
        }
    }
}

impl Session {
    /// Connects, asks where that leads, and waits for what `opening` is to wait for. Blocks until then. `events` is called
    /// on the session's thread.
    ///
    /// # Errors
    /// Why no server in the settings would have us, or who is in the way there, and what to do about it.
    pub fn open(
        settings: Settings,
        opening: Opening,
        events: Box<dyn Fn(SessionEvent) + Send>,
    ) -> Result<(Self, TargetIdentity), OpenFailure> {
        let settings = Arc::new(settings);
        let (orders, incoming) = mpsc::unbounded_channel();
        let (opened, outcome) = blocking::channel();
        let for_thread = Arc::clone(&settings);
        let started = std::thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || {
                SessionThread::run(&for_thread, &opening, events, incoming, &opened);
            });
        let unstartable = |message: String| OpenFailure {
            message,
            hint: None,
            password: None,
            settings: settings.report(),
        };
        if let Err(error) = started {
            return Err(unstartable(format!(
                "cannot start a thread for the session: {error}"
            )));
        }
        let opened = outcome.recv().map_err(|_| {
            unstartable("the session\u{2019}s thread ended unexpectedly".to_owned())
        })??;
        let session = Self {
            orders,
            canceller: opened.canceller,
            sightings: opened.sightings,
        };
        Ok((session, opened.identity))
    }

    /// Runs a work; what it prints goes to `sink`, `done` hears how it ended. Returns at once.
    pub fn run(&self, work: SqlWork, sink: Arc<dyn OutputSink>, done: WorkDone) {
        self.canceller.control.start();
        let work = Arc::new(work);
        self.send(Order::Run { work, sink, done });
    }

    /// Asks for the work under way to stop; nothing when there is none. Force 1 and 2 ask the server to cancel the
    /// statement, 3 ends the session. How the work ended is said to its `done`. Returns at once.
    pub fn cancel(&self, force: u8) {
        self.canceller.cancel(force);
    }

    /// Lets the work under way send the COMMIT that [`SessionEvent::CommitReady`] announced; nothing when none waits. A
    /// cancel before that has the work roll back instead. Returns at once.
    pub fn commit(&self) {
        self.canceller.control.permit_commit();
    }

    /// Sends ROLLBACK; `done` hears how the transaction ended.
    pub fn abandon(&self, done: Box<dyn FnOnce(TransactionEnd) + Send>) {
        self.send(Order::Abandon { done });
    }

    /// Ends the session; an open transaction is rolled back first, and `done` hears how it ended.
    pub fn close(self, done: Box<dyn FnOnce(Option<TransactionEnd>) + Send>) {
        self.send(Order::Close { done });
    }

    /// The transaction's state after the last answer of the server.
    pub fn transaction(&self) -> TransactionStatus {
        self.sightings.look().transaction
    }

    /// The thread lives until the handle is gone, whatever happens to the connection; should it have panicked, the
    /// order's own end tells those who wait.
    fn send(&self, order: Order) {
        if let Err(refused) = self.orders.send(order) {
            self.canceller.control.end();
            refused
                .0
                .refuse("the session\u{2019}s thread ended unexpectedly");
        }
    }
}
