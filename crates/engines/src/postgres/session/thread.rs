//! The thread of a session: its runtime, its connection, its orders one by one. Does not decide anything.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc as blocking;
use std::time::Duration;

use stepmark_core::record::{Positions, TargetIdentity, TransactionEnd, TransactionStatus};
use stepmark_core::runner::{OpenFailure, SqlStop, WorkEnded};
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio_postgres::Client;

use super::{Order, SqlDone};
use crate::postgres::cancel::Canceller;
use crate::postgres::connect::{Connected, connect};
use crate::postgres::control::Control;
use crate::postgres::conversation::Conversation;
use crate::postgres::fence::Fence;
use crate::postgres::line::{Line, Loss};
use crate::postgres::observer::{Moment, Observer, Stand, Watched};
use crate::postgres::old_backend::wait_until_gone;
use crate::postgres::opening::Opening;
use crate::postgres::print::Output;
use crate::postgres::session_event::SessionEvent;
use crate::postgres::settings::Settings;
use crate::postgres::sql_work::SqlWork;
use crate::postgres::tap::Sightings;
use crate::postgres::target_lock::DatabaseLock;
use crate::postgres::timeouts::SetTimeout;
use crate::postgres::visible;

/// How long a ROLLBACK or the goodbye may take when the session is ended.
const FAREWELL_LIMIT: Duration = Duration::from_secs(10);

/// What the handle needs from a session that is open.
pub(super) struct Opened {
    pub(super) canceller: Canceller,
    pub(super) sightings: Sightings,
    pub(super) identity: TargetIdentity,
}

pub(super) struct SessionThread {
    client: Client,
    line: Line,
    sightings: Sightings,
    identity: TargetIdentity,
    lock: Option<DatabaseLock>,
    control: Arc<Control>,
    events: Rc<dyn Fn(SessionEvent)>,
    observer: Observer,
    /// Timeouts that a work left set, since it left a transaction open too.
    set: Vec<SetTimeout>,
}

impl SessionThread {
    /// The thread's whole life.
    pub(super) fn run(
        settings: &Arc<Settings>,
        opening: &Opening,
        events: Box<dyn Fn(SessionEvent) + Send>,
        orders: mpsc::UnboundedReceiver<Order>,
        opened: &blocking::Sender<Result<Opened, OpenFailure>>,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                let failure = OpenFailure {
                    message: format!("cannot start the session\u{2019}s runtime: {error}"),
                    hint: None,
                    password: None,
                    settings: settings.report(),
                };
                drop(opened.send(Err(failure)));
                return;
            }
        };
        LocalSet::new().block_on(&runtime, async {
            let (connected, lock) = match open(settings, opening).await {
                Ok(open) => open,
                Err(failure) => {
                    drop(opened.send(Err(failure)));
                    return;
                }
            };
            let control = Arc::<Control>::default();
            let identity = &connected.identity;
            let canceller = Canceller {
                backend_pid: (!identity.pooler).then_some(identity.backend_pid),
                control: Arc::clone(&control),
                settings: Arc::clone(settings),
                route: connected.route.clone(),
                backend: connected.sightings.look().backend,
                severed: connected.line.severed(),
            };
            let events: Rc<dyn Fn(SessionEvent)> = Rc::new(events);
            let watched = Watched {
                settings: Arc::clone(settings),
                route: connected.route,
                application_name: opening.application_name.clone(),
                identity: connected.identity.clone(),
                condition: lock.as_ref().map(DatabaseLock::held),
            };
            let observer = Observer::start(watched, Rc::clone(&events));
            let announced = opened.send(Ok(Opened {
                canceller,
                sightings: connected.sightings.clone(),
                identity: connected.identity.clone(),
            }));
            if announced.is_err() {
                return;
            }
            let thread = Self {
                client: connected.client,
                line: connected.line,
                sightings: connected.sightings,
                identity: connected.identity,
                lock,
                control,
                events,
                observer,
                set: Vec::new(),
            };
            thread.serve(orders).await;
        });
    }

    async fn serve(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        let loss = loop {
            let order = match self.line.drive(orders.recv(), &mut |_| {}).await {
                Ok(Some(order)) => order,
                Ok(None) => {
                    self.end().await;
                    return;
                }
                Err(loss) => {
                    let message = visible::line(&loss.message);
                    self.forget_transaction();
                    (self.events)(SessionEvent::Lost { message });
                    break loss;
                }
            };
            let lost = match order {
                Order::Run { work, sink, done } => {
                    let end = self.work(&work, Output::new(sink)).await;
                    let lost = loss_of(&end.ended);
                    done(end);
                    lost
                }
                Order::Abandon { done } => {
                    let (end, lost) = self.roll_back().await;
                    done(end);
                    lost
                }
                Order::Close { done } => {
                    done(self.end().await);
                    return;
                }
            };
            if let Some(loss) = lost {
                break loss;
            }
        };
        // Closing the socket is what stops a backend that could not be reached otherwise.
        drop((self.line, self.client));
        self.observer.close().await;
        while let Some(order) = orders.recv().await {
            self.control.end();
            order.refuse(&visible::line(&loss.message));
        }
    }

    /// Runs a work under the observer's eyes.
    async fn work(&mut self, work: &Arc<SqlWork>, output: Output) -> SqlDone {
        if work.is_look {
            self.observer.glance().await;
            self.observer.watch();
            let done = self.fence(work, output).await;
            self.observer.rest_between_looks();
            return done;
        }
        let before = self.observer.stand(Moment::Before).await;
        if let Err(message) = self.confirm_lock(before.as_ref()).await {
            self.settle(false).await;
            return SqlDone::empty_handed(WorkEnded::Unstartable { message });
        }
        self.observer.watch();
        let mut done = self.fence(work, output).await;
        self.observer.rest();
        if let WorkEnded::Sql(ended) = &mut done.ended {
            // Where a session was lost, its backend may still be at work.
            let after = match &ended.stop {
                Some(SqlStop::Lost { .. }) => None,
                Some(SqlStop::Refused(_) | SqlStop::RolledBack) | None => {
                    let moment = match ended.transaction {
                        TransactionStatus::Idle => Moment::After,
                        TransactionStatus::Open | TransactionStatus::Failed => Moment::Within,
                    };
                    self.observer.stand(moment).await
                }
            };
            ended.positions = positions(before, after, ended.transaction);
        }
        done
    }

    async fn fence(&mut self, work: &Arc<SqlWork>, output: Output) -> SqlDone {
        let conversation = Conversation {
            client: &self.client,
            line: &mut self.line,
            sightings: &self.sightings,
            control: &self.control,
            output: RefCell::new(output),
            events: &*self.events,
        };
        let fence = Fence {
            conversation,
            set: &mut self.set,
        };
        let end = fence.run(work).await;
        self.settle(loss_of(&end.ended).is_some()).await;
        end
    }

    /// Makes sure that no other runner is at work in the database. Inside a transaction of the author's nothing of ours is
    /// sent, and what was sure when it began stays so.
    async fn confirm_lock(&mut self, seen: Option<&Stand>) -> Result<(), String> {
        let idle = self.sightings.look().transaction == TransactionStatus::Idle;
        let Some(lock) = self.lock.as_ref().filter(|_| idle) else {
            return Ok(());
        };
        let held = seen.and_then(|stand| stand.condition);
        let session = (&self.client, &mut self.line);
        lock.confirm(session, &self.identity, held).await
    }

    /// The work is over, and no request to cancel it is on its way any more.
    async fn settle(&mut self, lost: bool) {
        if lost {
            self.forget_transaction();
            self.control.finish().await;
        } else {
            // Losing the connection now changes nothing of how the work ended; the next wait on it will say so.
            drop(self.line.drive(self.control.finish(), &mut |_| {}).await);
            self.control.finish().await;
        }
    }

    async fn roll_back(&mut self) -> (TransactionEnd, Option<Loss>) {
        self.sightings.look().start_query(None);
        let rollback = self.client.simple_query("ROLLBACK");
        let mut unheard = |_| {};
        let answered = self.line.drive(rollback, &mut unheard);
        let loss = match tokio::time::timeout(FAREWELL_LIMIT, answered).await {
            Ok(Ok(Ok(_))) => None,
            Ok(Ok(Err(error))) => Some(Loss::of(&error)),
            Ok(Err(loss)) => Some(loss),
            Err(_) => Some(Loss {
                message: "the server does not answer a ROLLBACK".to_owned(),
            }),
        };
        match loss {
            None => (TransactionEnd::RolledBack, None),
            Some(loss) => {
                self.forget_transaction();
                (TransactionEnd::Lost, Some(loss))
            }
        }
    }

    /// Ends the session, an open transaction first.
    async fn end(mut self) -> Option<TransactionEnd> {
        let transaction = self.sightings.look().transaction;
        let end = match transaction {
            TransactionStatus::Idle => None,
            TransactionStatus::Open | TransactionStatus::Failed => Some(self.roll_back().await.0),
        };
        self.forget_transaction();
        drop(self.client);
        // A goodbye that is not heard changes nothing: the server ends the session when the socket closes.
        let farewell = tokio::time::timeout(FAREWELL_LIMIT, self.line.finish());
        drop(tokio::join!(farewell, self.observer.close()));
        end
    }

    fn forget_transaction(&self) {
        self.sightings.look().transaction = TransactionStatus::Idle;
    }
}

/// A session that may begin: the one before it is gone, and no other runner is at work there.
async fn open(
    settings: &Settings,
    opening: &Opening,
) -> Result<(Connected, Option<DatabaseLock>), OpenFailure> {
    let mut connected = connect(settings, &opening.application_name).await?;
    wait_until_gone(&mut connected, opening, settings).await?;
    let lock = DatabaseLock::take(&mut connected, opening, settings).await?;
    connected.identity.locked = lock.is_some();
    Ok((connected, lock))
}

/// What was seen of a moment before and one after a work, which left its transaction so.
fn positions(
    before: Option<Stand>,
    after: Option<Stand>,
    transaction: TransactionStatus,
) -> Positions {
    let (after, transaction_id) = match after {
        Some(stand) => (stand.position, stand.transaction_id),
        None => (None, None),
    };
    Positions {
        before: before.and_then(|stand| stand.position),
        after,
        transaction_id: transaction_id.filter(|_| transaction != TransactionStatus::Idle),
    }
}

fn loss_of(ended: &WorkEnded) -> Option<Loss> {
    match ended {
        WorkEnded::Sql(ended) => match &ended.stop {
            Some(SqlStop::Lost { message, .. }) => Some(Loss {
                message: message.clone(),
            }),
            Some(SqlStop::Refused(_) | SqlStop::RolledBack) | None => None,
        },
        WorkEnded::Shell(_) | WorkEnded::Unstartable { .. } => None,
    }
}
