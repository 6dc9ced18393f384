//! What a step printed, as readers see it. Does not store it: the journal does, and implements [`OutputReader`].

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{Attempt, Digest, StepId};

/// Output up to this many bytes stands whole in the record; more goes to a file of its own.
pub const EXCERPT_BYTES_MAX: usize = 8 * 1024;

/// Which output: that of one attempt of one step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputId {
    /// The step.
    pub step: StepId,
    /// Its attempt.
    pub attempt: Attempt,
}

/// What the journal keeps of an attempt's output. Digest and lengths are of the bytes as shown: redacted and sanitised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputSummary {
    /// Length in bytes.
    pub bytes: u64,
    /// Number of lines; a last line without newline counts.
    pub lines: u64,
    /// SHA-256 of the whole output.
    pub digest: Digest,
    /// The whole output when it is at most [`EXCERPT_BYTES_MAX`] bytes, else its end, cut at a line.
    pub excerpt: String,
    /// The file under `outputs/` that holds the whole, when the excerpt does not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
}

impl OutputSummary {
    /// The summary of no output at all.
    pub fn empty() -> Self {
        Self {
            bytes: 0,
            lines: 0,
            digest: Digest::of([]),
            excerpt: String::new(),
            file: None,
        }
    }
}

/// How much of an output there is by now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutputLength {
    /// Bytes.
    pub bytes: u64,
    /// Lines; a last line without newline counts.
    pub lines: u64,
}

/// Reads outputs by line range, of a live run or a finished one; implemented once, by the journal.
pub trait OutputReader: Send {
    /// How much there is by now; zero for an output that does not exist.
    fn length(&self, id: &OutputId) -> OutputLength;

    /// The lines of `range` (from 0, without their newlines), fewer where the output ends before.
    /// A line longer than `line_bytes_max` bytes is cut there, at a character.
    fn lines(&self, id: &OutputId, range: Range<u64>, line_bytes_max: usize) -> Vec<String>;
}

/// Where an engine writes what a step prints. Implemented by the driver; a slow one holds the engine back.
pub trait OutputSink: Send + Sync {
    /// Adds text that is already redacted and sanitised. Chunks may split lines, but never characters.
    /// Never fails: when the journal cannot take it any more, the run is stopped elsewhere.
    fn write(&self, text: String);
}
