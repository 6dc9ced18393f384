//! What one pass over the records collects. Does not judge.

use stepmark_core::Digest;
use stepmark_core::record::{Event, Record, RunHeader};

use super::journal_claims::HeadFile;
use super::neighbours::Next;
use super::outputs::Outputs;
use crate::{Head, RunDirectory};

/// What one pass over the records collects.
pub(super) struct Scan {
    /// The last record so far.
    pub(super) head: Head,
    /// What the first record says.
    pub(super) header: Option<RunHeader>,
    /// Whether the last record is an end.
    pub(super) is_ended: bool,
    /// Whether the last record says that nothing follows.
    pub(super) is_finished: bool,
    /// The hash of the record that the head names.
    pub(super) at_head: Option<Digest>,
    /// Whether the record that the next run links to came by.
    pub(super) is_next_link_here: bool,
    pub(super) outputs: Outputs,
    /// Later texts of the runbook and of what it includes, by file and digest.
    pub(super) replaced: Vec<(String, Digest)>,
    head_seq: Option<u64>,
    next_link: Option<Digest>,
}

impl Scan {
    pub(super) fn new(directory: &RunDirectory, head: &HeadFile, next: Option<&Next>) -> Self {
        Self {
            head: Head::genesis(),
            header: None,
            is_ended: false,
            is_finished: false,
            at_head: None,
            is_next_link_here: false,
            outputs: Outputs::of(directory),
            replaced: Vec::new(),
            head_seq: head.seq(),
            next_link: next.map(Next::link),
        }
    }

    pub(super) fn take(&mut self, record: Record, hash: Digest) {
        self.head = Head {
            seq: record.seq,
            hash,
        };
        if self.head_seq == Some(record.seq) {
            self.at_head = Some(hash);
        }
        self.is_next_link_here |= self.next_link == Some(hash);
        self.is_ended = matches!(
            record.event,
            Event::RunFinished { .. } | Event::RunPaused { .. }
        );
        self.is_finished = matches!(record.event, Event::RunFinished { .. });
        self.outputs.take(&record);
        if let Event::RunbookReplaced {
            runbook,
            file,
            included,
            ..
        } = &record.event
        {
            self.replaced.push((file.clone(), *runbook));
            let included = included.iter().map(|one| (one.file.clone(), one.digest));
            self.replaced.extend(included);
        }
        if let (1, Event::RunStarted(header)) = (record.seq, record.event) {
            self.header = Some(*header);
        }
    }
}
