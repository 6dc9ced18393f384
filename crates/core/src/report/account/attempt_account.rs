//! One attempt of a step, from its intent to its outcome.

use serde::Serialize;

use crate::output::OutputSummary;
use crate::record::{
    Capture, Event, Evidence, Outcome, Polls, Positions, Record, Resolution, Work,
};
use crate::{Attempt, ConnectionName, Digest, StepId, Timestamp};

/// One attempt of a step.
#[derive(Clone, Debug, Serialize)]
pub struct AttemptAccount {
    /// Which.
    pub attempt: Attempt,
    /// When its intent was recorded.
    pub started_at: Timestamp,
    /// When its outcome was.
    pub finished_at: Option<Timestamp>,
    /// From intent to outcome by the monotonic clock, in microseconds.
    pub duration_us: Option<u64>,
    /// The exact text, with values in the place of variables and secrets as the slots they are written as.
    pub text: String,
    /// Digest of kind, connection and the text as the runbook has it.
    pub digest: Digest,
    /// The connection it worked on.
    pub connection: Option<ConnectionName>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What was done on the way.
    pub work: Option<Work>,
    /// What it printed.
    pub output: Option<OutputSummary>,
    /// The variables it bound.
    pub captures: Vec<Capture>,
    /// What it saw while it asked, if it is a `wait` step.
    pub polls: Option<Polls>,
    /// How many statements it made, and their digest, if it is a `gexec` step.
    pub generated: Option<(u64, Digest)>,
    /// The transaction whose COMMIT was announced.
    pub transaction_id: Option<String>,
    /// What an unknown outcome turned out to be, and who says so.
    pub resolved: Option<(Resolution, Evidence)>,
    /// Where the server stood before and after.
    pub positions: Option<Positions>,
}

impl AttemptAccount {
    /// The attempt that `record` begins.
    pub(super) fn begun(record: &Record) -> Option<Self> {
        let Event::StepStarted {
            attempt,
            text,
            digest,
            connection,
            ..
        } = &record.event
        else {
            return None;
        };
        Some(Self {
            attempt: *attempt,
            started_at: record.at,
            finished_at: None,
            duration_us: None,
            text: text.clone(),
            digest: *digest,
            connection: connection.clone(),
            outcome: None,
            work: None,
            output: None,
            captures: Vec::new(),
            polls: None,
            generated: None,
            transaction_id: None,
            resolved: None,
            positions: None,
        })
    }

    /// The attempt that `event` is about, if it is about one that has begun.
    pub(super) fn about(event: &Event) -> Option<(&StepId, Attempt)> {
        match event {
            Event::StatementsGenerated { step, attempt, .. }
            | Event::CommitAnnounced { step, attempt, .. }
            | Event::StepFinished { step, attempt, .. }
            | Event::StepResolved { step, attempt, .. } => Some((step, *attempt)),
            _ => None,
        }
    }

    pub(super) fn go_on(&mut self, record: &Record) {
        match &record.event {
            Event::StatementsGenerated { count, digest, .. } => {
                self.generated = Some((*count, *digest));
            }
            Event::CommitAnnounced { transaction_id, .. } => {
                self.transaction_id = Some(transaction_id.clone());
            }
            Event::StepResolved {
                resolution,
                evidence,
                ..
            } => self.resolved = Some((*resolution, evidence.clone())),
            Event::StepFinished {
                outcome,
                work,
                duration_us,
                output,
                captures,
                polls,
                positions,
                ..
            } => {
                self.finished_at = Some(record.at);
                self.duration_us = Some(*duration_us);
                self.outcome = Some(outcome.clone());
                self.work = Some(work.clone());
                self.output = Some(output.clone());
                self.captures.clone_from(captures);
                self.polls.clone_from(polls);
                self.positions = positions.as_deref().cloned();
            }
            _ => {}
        }
    }
}
