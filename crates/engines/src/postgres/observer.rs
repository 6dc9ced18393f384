//! The observer of a session: a second connection to the same server, on the same thread, that sees what the first does.
//! Never speaks on the session's own connection, holds no snapshot between two queries, and delays no step by more than
//! a moment. Without it a run goes on and only sees less.

mod blockers;
mod lookout;
mod position;
mod progress;
mod sight;
mod task;
mod waiting;

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::connect::Route;
use super::session_event::SessionEvent;
use super::settings::Settings;
pub(crate) use position::Stand;
use sight::Sight;
use task::{ObserverTask, Order};

/// How long a step waits for where the server stands, before its first byte and after its last answer.
const POSITION_PATIENCE: Duration = Duration::from_millis(250);
/// How long a session that ends waits for its observer's goodbye.
const FAREWELL_LIMIT: Duration = Duration::from_secs(1);

/// Whom an observer watches, and how it gets there.
pub(crate) struct Watched {
    /// The session's settings.
    pub(crate) settings: Arc<Settings>,
    /// The server that the session leads to.
    pub(crate) route: Route,
    /// What names the session to others.
    pub(crate) application_name: String,
    /// Where the session leads.
    pub(crate) identity: stepmark_core::record::TargetIdentity,
    /// A condition in SQL of which is told whether it holds, beside every position.
    pub(crate) condition: Option<String>,
}

/// A handle to a session's observer, for the session's thread.
pub(crate) struct Observer {
    orders: mpsc::UnboundedSender<Order>,
    sight: Rc<Sight>,
    /// Whether it is still at something that a step gave up waiting for.
    late: Rc<Cell<bool>>,
    task: JoinHandle<()>,
}

impl Observer {
    /// An observer that connects when it is first needed. Must be called on a `LocalSet`.
    pub(crate) fn start(watched: Watched, events: Rc<dyn Fn(SessionEvent)>) -> Self {
        let (orders, incoming) = mpsc::unbounded_channel();
        let sight = Rc::new(Sight::new(events));
        let late = Rc::<Cell<bool>>::default();
        let task = ObserverTask::new(watched, Rc::clone(&sight), Rc::clone(&late));
        Self {
            orders,
            sight,
            late,
            task: tokio::task::spawn_local(task.serve(incoming)),
        }
    }

    /// Where the server stands now; none where the observer has no answer in time.
    pub(crate) async fn stand(&self) -> Option<Stand> {
        let (told, answer) = oneshot::channel();
        self.answer(Order::Stand(told), answer).await.flatten()
    }

    /// From now on looks at what the session's backend does, the first time in half a second.
    pub(crate) fn watch(&self) {
        self.sight.open();
        drop(self.orders.send(Order::Watch));
    }

    /// Sees, at most each second, what a look of a wait may be waiting for, before that look begins.
    pub(crate) async fn glance(&self) {
        self.sight.open();
        let (told, answer) = oneshot::channel();
        self.answer(Order::Glance(told), answer).await;
    }

    /// The work is over: nothing more is said of it.
    pub(crate) fn rest(&self) {
        self.sight.close();
        drop(self.orders.send(Order::Rest));
    }

    /// What a look saw stays in sight until the next one.
    pub(crate) fn rest_between_looks(&self) {
        self.sight.keep();
        drop(self.orders.send(Order::Rest));
    }

    /// Says goodbye to the server.
    pub(crate) async fn close(self) {
        drop(self.orders);
        // A goodbye that is not heard changes nothing: the server ends the session when the socket closes.
        drop(tokio::time::timeout(FAREWELL_LIMIT, self.task).await);
    }

    /// The answer to `order`, unless the observer is still at something else.
    async fn answer<T>(&self, order: Order, answer: oneshot::Receiver<T>) -> Option<T> {
        if self.late.get() || self.orders.send(order).is_err() {
            return None;
        }
        match tokio::time::timeout(POSITION_PATIENCE, answer).await {
            Ok(answer) => answer.ok(),
            Err(_) => {
                self.late.set(true);
                None
            }
        }
    }
}
