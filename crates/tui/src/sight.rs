//! What the observer saw last of the session at work, and when. Kept beside the glimpse, since ages go on between two looks.

use std::sync::Arc;
use std::time::Duration;

use stepmark_core::Timestamp;
use stepmark_core::runner::{ServerProgress, WaitsFor, Watch};

use crate::pace::Pace;

/// What the observer saw last.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    pub(crate) watch: Arc<Watch>,
    seen_at: Option<Timestamp>,
    pace: Option<Pace>,
}

impl Sight {
    /// Takes in what is seen now; the same again is as old as before.
    pub(crate) fn seen(
        before: Option<Self>,
        watch: Option<Arc<Watch>>,
        now: Option<Timestamp>,
    ) -> Option<Self> {
        let watch = watch?;
        let pace = before.as_ref().and_then(|sight| sight.pace.clone());
        let pace = match (&watch.progress, now) {
            (Some(progress), Some(now)) => Some(Pace::observed(pace, progress, now)),
            (Some(_) | None, _) => None,
        };
        let same = before.filter(|sight| sight.watch == watch);
        Some(Self {
            seen_at: same.map_or(now, |sight| sight.seen_at),
            watch,
            pace,
        })
    }

    /// How old it is.
    pub(crate) fn ago(&self, now: Option<Timestamp>) -> Duration {
        self.seen_at
            .zip(now)
            .map_or(Duration::ZERO, |(seen, now)| now.since(seen))
    }

    /// What the server gets on with, if it waits for nobody, and how long that will take.
    pub(crate) fn progress(
        &self,
        now: Option<Timestamp>,
    ) -> Option<(&ServerProgress, Option<Duration>)> {
        let progress = self.watch.progress.as_ref()?;
        let pace = self.pace.as_ref().zip(now);
        Some((
            progress,
            pace.and_then(|(pace, now)| pace.left(progress, now)),
        ))
    }

    /// What it waits for, in words: the lock, else the event.
    pub(crate) fn waits_for(&self, now: Option<Timestamp>) -> Option<String> {
        let waits = self.watch.waits_for.as_ref()?;
        let since = self.waits_since(now).unwrap_or_default();
        Some(format!("{}{since}", thing(waits)))
    }

    /// For how long it waits, with a blank before it.
    pub(crate) fn waits_since(&self, now: Option<Timestamp>) -> Option<String> {
        let since = self.watch.waits_for.as_ref()?.since?;
        let since = crate::brief::whole(since + self.ago(now));
        Some(format!(" for {since}"))
    }
}

fn thing(waits: &WaitsFor) -> String {
    match &waits.lock {
        Some(lock) => lock.clone(),
        None => format!("{}: {}", waits.class, waits.event),
    }
}
