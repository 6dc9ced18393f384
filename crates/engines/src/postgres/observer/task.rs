//! The observer at work: connects when it is needed, answers, and looks each second while a work is under way.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::lookout::{Lookout, Unanswered};
use super::position::{self, Stand};
use super::sight::Sight;
use super::{Watched, blockers, progress, waiting};
use crate::postgres::session_event::Observed;

/// How long a work goes on before the first look.
const FIRST_LOOK_AFTER: Duration = Duration::from_millis(500);
/// How long between two looks.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// How long a connection that could not be opened is not tried again; doubled each time.
const BACKOFF_MIN: Duration = Duration::from_secs(1);
/// The longest of these.
const BACKOFF_MAX: Duration = Duration::from_secs(60);

/// What an observer is told.
pub(super) enum Order {
    /// Say where the server stands.
    Stand(oneshot::Sender<Option<Stand>>),
    /// Look at the work that begins.
    Watch,
    /// Look at what others do, once, if it was a while ago.
    Glance(oneshot::Sender<()>),
    /// Look no more.
    Rest,
}

pub(super) struct ObserverTask {
    watched: Watched,
    sight: Rc<Sight>,
    late: Rc<Cell<bool>>,
    lookout: Option<Lookout>,
    /// Before this, no connection is tried.
    not_before: Instant,
    /// How long none is tried after the next that cannot be opened.
    pause: Duration,
    /// When to look next.
    look: Option<Instant>,
    glanced: Option<Instant>,
    known: waiting::Known,
    /// The role may not read positions.
    no_positions: bool,
}

impl ObserverTask {
    pub(super) fn new(watched: Watched, sight: Rc<Sight>, late: Rc<Cell<bool>>) -> Self {
        Self {
            watched,
            sight,
            late,
            lookout: None,
            not_before: Instant::now(),
            pause: BACKOFF_MIN,
            look: None,
            glanced: None,
            known: None,
            no_positions: false,
        }
    }

    /// Its whole life: until nobody gives orders any more.
    pub(super) async fn serve(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        loop {
            self.late.set(false);
            let look = self.look;
            let order = tokio::select! {
                biased;
                order = orders.recv() => match order {
                    Some(order) => order,
                    None => break,
                },
                () = until(look) => {
                    self.look = Some(Instant::now() + LOOK_INTERVAL);
                    self.look_at_work().await;
                    continue;
                }
                () = lost(&mut self.lookout) => {
                    self.gone();
                    continue;
                }
            };
            match order {
                Order::Stand(told) if told.is_closed() => {}
                Order::Stand(told) => {
                    let stand = self.stand().await;
                    // Who asked may have stopped waiting.
                    let _ = told.send(stand);
                }
                Order::Watch => {
                    self.known = None;
                    self.look = Some(Instant::now() + FIRST_LOOK_AFTER);
                }
                Order::Glance(told) if told.is_closed() => {}
                Order::Glance(told) => {
                    self.glance().await;
                    let _ = told.send(());
                }
                Order::Rest => self.look = None,
            }
        }
        if let Some(lookout) = self.lookout {
            lookout.close().await;
        }
    }

    async fn stand(&mut self) -> Option<Stand> {
        if self.no_positions {
            return None;
        }
        let pid = self.pid();
        let condition = self.watched.condition.clone();
        let lookout = self.lookout().await?;
        let query = position::query(lookout.major, pid, condition.as_deref());
        match lookout.ask(&query).await {
            Ok(rows) => position::stand(&rows),
            Err(unanswered) => {
                self.no_positions = matches!(&unanswered, Unanswered::Refused { sqlstate, .. } if sqlstate != QUERY_CANCELED);
                self.failed(unanswered);
                None
            }
        }
    }

    async fn look_at_work(&mut self) {
        // Behind a pooler nobody can tell which backend works for the session.
        let (true, Some(pid)) = (self.sight.is_open(), self.pid()) else {
            self.look = None;
            return;
        };
        match self.observe(pid).await {
            Ok(Some(observed)) => self.sight.say(observed),
            Ok(None) => {}
            Err(unanswered) => self.failed(unanswered),
        }
    }

    async fn observe(&mut self, pid: i32) -> Result<Option<Observed>, Unanswered> {
        let mut known = self.known.take();
        let Some(lookout) = self.lookout().await else {
            return Ok(None);
        };
        let rows = lookout.ask(&waiting::query(lookout.major, pid)).await?;
        let now = std::time::Instant::now();
        let waits_for = waiting::waits_for(&rows, now, &mut known);
        let blockers = match &waits_for {
            Some(waits) if waits.class == "Lock" => blockers::blockers(lookout, pid).await?,
            _ => Vec::new(),
        };
        let rows = lookout
            .ask(&progress::of_backend(lookout.major, pid))
            .await?;
        self.known = known;
        Ok(Some(Observed {
            waits_for,
            blockers,
            progress: progress::progress(&rows),
        }))
    }

    async fn glance(&mut self) {
        let now = Instant::now();
        if self
            .glanced
            .is_some_and(|before| now < before + LOOK_INTERVAL)
        {
            return;
        }
        self.glanced = Some(now);
        let Some(lookout) = self.lookout().await else {
            return;
        };
        match lookout.ask(&progress::of_others(lookout.major)).await {
            Ok(rows) => self.sight.say(Observed {
                progress: progress::progress(&rows),
                ..Observed::default()
            }),
            Err(unanswered) => self.failed(unanswered),
        }
    }

    /// The backend that works for the session, where that can be told.
    fn pid(&self) -> Option<i32> {
        let identity = &self.watched.identity;
        (!identity.pooler).then_some(identity.backend_pid)
    }

    /// The open connection, which is opened if it is not and may be tried again.
    async fn lookout(&mut self) -> Option<&mut Lookout> {
        if self.lookout.is_none() && Instant::now() >= self.not_before {
            match Lookout::open(&self.watched).await {
                Ok(lookout) => {
                    self.lookout = Some(lookout);
                    self.pause = BACKOFF_MIN;
                }
                Err(message) => {
                    self.sight.blind(message);
                    self.not_before = Instant::now() + self.pause;
                    self.pause = (self.pause * 2).min(BACKOFF_MAX);
                }
            }
        }
        self.lookout.as_mut()
    }

    fn failed(&mut self, unanswered: Unanswered) {
        match unanswered {
            Unanswered::Gone => self.gone(),
            // Our own limits: the next look may be quicker.
            Unanswered::Refused { sqlstate, .. }
                if matches!(sqlstate.as_str(), QUERY_CANCELED | LOCK_NOT_AVAILABLE) => {}
            Unanswered::Refused { sqlstate, message } => {
                self.sight.blind(format!("{sqlstate}: {message}"));
            }
        }
    }

    fn gone(&mut self) {
        self.lookout = None;
    }
}

/// SQLSTATE `query_canceled`.
const QUERY_CANCELED: &str = "57014";
/// SQLSTATE `lock_not_available`.
const LOCK_NOT_AVAILABLE: &str = "55P03";

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Waits for the end of the connection, if there is one.
async fn lost(lookout: &mut Option<Lookout>) {
    match lookout {
        Some(lookout) => drop(lookout.lost().await),
        None => std::future::pending().await,
    }
}
