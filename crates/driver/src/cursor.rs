//! A reader's place in the feed.

use std::sync::Arc;
use std::time::Duration;

use stepmark_core::record::Record;
use stepmark_core::runner::Glimpse;

use crate::Feed;

/// A reader's place in a [`Feed`]. Reading never slows the run: records stay where they are until they are asked for.
pub struct Cursor {
    feed: Arc<Feed>,
    at: usize,
    version: u64,
}

impl Cursor {
    pub(crate) fn new(feed: Arc<Feed>) -> Self {
        Self {
            feed,
            at: 0,
            version: 0,
        }
    }

    /// The records since the last call, and what is true for the moment.
    pub fn news(&mut self) -> (Vec<Arc<Record>>, Glimpse) {
        let (records, glimpse, version) = self.feed.since(self.at);
        self.at += records.len();
        self.version = version;
        (records, glimpse)
    }

    /// Waits until there is news, the run is over, or `patience` has passed; says whether the run is over and all
    /// its records and notices were read.
    pub fn wait(&self, patience: Duration) -> bool {
        self.feed.wait(self.at, self.version, patience)
    }
}
