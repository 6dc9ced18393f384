//! A session with a server, as the server itself said what it is.

use serde::Serialize;

use crate::record::{Event, Record, TargetIdentity};
use crate::{ConnectionName, Timestamp};

/// A session with a server.
#[derive(Clone, Debug, Serialize)]
pub struct Session {
    /// The connection.
    pub connection: ConnectionName,
    /// Its n-th session of this run.
    pub epoch: u32,
    /// When it was opened.
    pub at: Timestamp,
    /// What it leads to.
    pub target: TargetIdentity,
}

impl Session {
    pub(super) fn of(record: &Record) -> Option<Self> {
        let Event::TargetIdentified {
            connection,
            epoch,
            target,
        } = &record.event
        else {
            return None;
        };
        Some(Self {
            connection: connection.clone(),
            epoch: *epoch,
            at: record.at,
            target: (**target).clone(),
        })
    }
}
