//! What a session is opened for, beside where it leads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use stepmark_core::record::TargetIdentity;

/// How long to wait for the backend of a lost session.
const PREDECESSOR_PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait for another runner to leave the database.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// What a session is opened for.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Stands where the settings have no `application_name`. Sessions that share it belong to one run, and do not lock
    /// each other out.
    pub application_name: String,
    /// The session whose place this one takes: its backend must be gone before anything runs.
    pub predecessor: Option<Predecessor>,
    /// How long that may take.
    pub predecessor_patience: Duration,
    /// Whether the database is locked against other runners.
    pub lock: TargetLock,
    /// How long another runner may hold that lock.
    pub lock_patience: Duration,
    /// Ends the waiting.
    pub given_up: GivenUp,
}

/// A session that was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predecessor {
    /// The process id of its backend.
    pub backend_pid: i32,
    /// When that started, as [`TargetIdentity::backend_start`] writes it; the pid may be another's by now.
    pub backend_start: String,
}

/// Whether a session locks its database against other runners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetLock {
    /// It does, where that means something: on a primary, and not through a pooler.
    Take,
    /// It does not.
    Leave,
}

/// Says that a session that is being opened is not wanted any more.
#[derive(Clone, Debug, Default)]
pub struct GivenUp(Arc<AtomicBool>);

impl Opening {
    /// One that waits for nobody and locks nothing.
    pub fn named(application_name: &str) -> Self {
        Self {
            application_name: application_name.to_owned(),
            predecessor: None,
            predecessor_patience: PREDECESSOR_PATIENCE,
            lock: TargetLock::Leave,
            lock_patience: LOCK_PATIENCE,
            given_up: GivenUp::default(),
        }
    }
}

impl Predecessor {
    /// The session that led to `target`; none where that was a pooler, whose backends are not ours.
    pub fn of(target: &TargetIdentity) -> Option<Self> {
        (!target.pooler).then(|| Self {
            backend_pid: target.backend_pid,
            backend_start: target.backend_start.clone(),
        })
    }
}

impl GivenUp {
    /// It is not wanted any more.
    pub fn give_up(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
