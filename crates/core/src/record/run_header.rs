//! Who ran what, where and how: the content of a run's first record.

use serde::{Deserialize, Serialize};

use super::{IncludedSource, Operator, Rehearsal};
use crate::{Digest, RunId};

/// What is known when a run starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHeader {
    /// The program's version.
    pub version: String,
    /// The runbook's title.
    pub title: String,
    /// The runbook's absolute path.
    pub path: String,
    /// SHA-256 of its exact bytes, which are copied beside the journal.
    pub runbook: Digest,
    /// The files it includes, copied as well; in the order they were read.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub included: Vec<IncludedSource>,
    /// How many steps the main flow has.
    pub steps: u64,
    /// Who runs it.
    pub operator: Operator,
    /// With a person at a terminal, or without.
    pub mode: Mode,
    /// The run of this runbook before this one, so that a deleted run shows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<PreviousRun>,
    /// That it is a rehearsal; none for a run on the real servers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rehearsal: Option<Box<Rehearsal>>,
    /// That it is a run on throwaway servers, which are gone with their runner; a rehearsal says so by itself.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub scratch: bool,
}

impl RunHeader {
    /// One digest for the texts that are run: as [`crate::plan::Sources::digest`].
    pub fn texts(&self) -> Digest {
        self.runbook
            .with(self.included.iter().map(|one| one.digest))
    }
}

/// With a person at a terminal, or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A person presses the keys.
    Interactive,
    /// Steps follow each other until one fails.
    Headless,
}

/// A link to the run before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousRun {
    /// Its id.
    pub run: RunId,
    /// The number of its last record when this run started; none in journals of versions that did not write it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seq: Option<u64>,
    /// The hash of that record.
    pub head: Digest,
}
