//! Claims about the journal as a whole: its chain, its tail, its end, and the head beside it.

use crate::measured::read_at_most;
use crate::{Check, Head, Place, RunDirectory, Subject, Summary, Tail, reason};

use super::scan::Scan;

const HEAD_BYTES_MAX: u64 = 4 * 1024;

/// The file `head`, as far as it can be read.
pub(super) enum HeadFile {
    Absent,
    Unreadable(String),
    Read { head: Head, bytes: Vec<u8> },
}

impl HeadFile {
    pub(super) fn seq(&self) -> Option<u64> {
        match self {
            Self::Read { head, .. } => Some(head.seq),
            Self::Absent | Self::Unreadable(_) => None,
        }
    }
}

pub(super) fn head_file(directory: &RunDirectory) -> HeadFile {
    let file = directory.head_file();
    if file.symlink_metadata().is_err() {
        return HeadFile::Absent;
    }
    let bytes = match read_at_most(&file, HEAD_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(error) => return HeadFile::Unreadable(reason(&error)),
    };
    match Head::parse(&String::from_utf8_lossy(&bytes), directory.run()) {
        Ok(head) => HeadFile::Read { head, bytes },
        Err(what) => HeadFile::Unreadable(what),
    }
}

pub(super) fn chain(directory: &RunDirectory, summary: &Summary) -> Check {
    match &summary.run {
        Some(run) if run != directory.run() => Check::broken(
            Subject::Chain,
            Place::record(1),
            format!(
                "it is the journal of run {run}, in the directory of run {}",
                directory.run()
            ),
        ),
        Some(_) => Check::held(Subject::Chain),
        None => Check::unproven(Subject::Chain, "there is no record"),
    }
}

/// After the record that a run has come to its end nothing was ever written, so that bytes there are no torn write.
pub(super) fn tail(summary: &Summary, is_running: bool, is_finished: bool) -> Check {
    match summary.tail {
        Tail::Whole => Check::held(Subject::Tail),
        Tail::Torn { offset, length, .. } if is_finished => Check::broken(
            Subject::Tail,
            Place {
                byte: Some(offset),
                ..Place::file("journal.jsonl")
            },
            format!("{length} bytes that are no record follow the end of the run"),
        ),
        Tail::Unended | Tail::Torn { .. } if is_running => {
            Check::unproven(Subject::Tail, "the run is being written to just now")
        }
        Tail::Unended => Check::unproven(
            Subject::Tail,
            "the last record lacks its newline: a write was cut short",
        ),
        Tail::Torn { offset, length, .. } => Check::unproven(
            Subject::Tail,
            format!(
                "the last {length} bytes, from byte {offset}, are no record: a write was cut short, or they were changed"
            ),
        ),
    }
}

pub(super) fn end(is_ended: bool, is_running: bool) -> Check {
    if is_running {
        return Check::unproven(Subject::End, "the run is still running");
    }
    if is_ended {
        return Check::held(Subject::End);
    }
    Check::unproven(
        Subject::End,
        "unfinished or cut: the runner died here, or later records were removed",
    )
}

pub(super) fn head(file: &HeadFile, last: Head, scan: &Scan) -> Check {
    let broken = |what: String| Check::broken(Subject::Head, Place::file("head"), what);
    let head = match file {
        HeadFile::Absent => {
            return Check::unproven(
                Subject::Head,
                "there is no head; only the chain says where the run ends",
            );
        }
        HeadFile::Unreadable(what) => return broken(what.clone()),
        HeadFile::Read { head, .. } => head,
    };
    if head.seq > last.seq {
        return broken(format!(
            "it names record {} and the journal ends with record {}: records are missing",
            head.seq, last.seq
        ));
    }
    match scan.at_head {
        Some(hash) if hash != head.hash => broken(format!("record {} has another hash", head.seq)),
        None if *head != Head::genesis() => broken(format!("there is no record {}", head.seq)),
        Some(_) | None => Check::held(Subject::Head),
    }
}
