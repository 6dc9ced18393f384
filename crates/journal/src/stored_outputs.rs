//! Reads the outputs of a run from its records and its directory. Does not sanitise: what a foreign directory holds is shown as it is.

use std::collections::HashMap;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use stepmark_core::output::{OutputId, OutputLength, OutputReader, OutputSummary};
use stepmark_core::record::{Event, Record};

use crate::disk::FileDisk;
use crate::line_index::LineIndex;
use crate::line_window::ReadAt as _;
use crate::lines_on_disk::{bytes_on_disk, lines_on_disk, unreadable};
use crate::{RunDirectory, line_window, locked, output_name};

/// A reader of a finished run's outputs. A file is scanned once, when it is first asked for.
pub struct StoredOutputs {
    directory: RunDirectory,
    summaries: HashMap<OutputId, OutputSummary>,
    opened: Mutex<HashMap<OutputId, Arc<Stored>>>,
}

enum Stored {
    Text { text: String, index: LineIndex },
    File { path: PathBuf, index: LineIndex },
}

impl StoredOutputs {
    /// The outputs that `records` tell about, and those of attempts that never came to an outcome.
    pub fn new(directory: RunDirectory, records: &[Record]) -> Self {
        let summaries = records.iter().filter_map(summary).collect();
        Self {
            directory,
            summaries,
            opened: Mutex::default(),
        }
    }

    pub(crate) fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    /// Reads the bytes from `at` on of an output into `buffer`; how many, which is fewer than there is room for only where the
    /// output ends.
    ///
    /// # Errors
    /// What a reader says when the file cannot be read.
    pub fn read_at(&self, id: &OutputId, buffer: &mut [u8], at: u64) -> Result<usize, String> {
        match &*self.stored(id) {
            Stored::Text { text, .. } => Ok(text
                .as_bytes()
                .read_at(buffer, at)
                .expect("memory can be read")),
            Stored::File { path, .. } => {
                bytes_on_disk(path, buffer, at).map_err(|error| unreadable(path, &error))
            }
        }
    }

    fn stored(&self, id: &OutputId) -> Arc<Stored> {
        let mut opened = locked(&self.opened);
        if let Some(stored) = opened.get(id) {
            return Arc::clone(stored);
        }
        let stored = Arc::new(self.open(id));
        opened.insert(id.clone(), Arc::clone(&stored));
        stored
    }

    fn open(&self, id: &OutputId) -> Stored {
        let file = match self.summaries.get(id) {
            Some(summary) => match &summary.file {
                Some(name) if output_name::is_plain(name) => {
                    Some(self.directory.outputs().join(name))
                }
                Some(_) | None => return Stored::text(&summary.excerpt),
            },
            None => self.unrecorded(id),
        };
        match file {
            None => Stored::text(""),
            Some(path) => match index_of(&path) {
                Ok(index) => Stored::File { path, index },
                Err(error) => Stored::text(&unreadable(&path, &error)),
            },
        }
    }

    fn unrecorded(&self, id: &OutputId) -> Option<PathBuf> {
        std::fs::read_dir(self.directory.outputs())
            .ok()?
            .filter_map(Result::ok)
            .find(|entry| {
                entry
                    .file_name()
                    .to_str()
                    .is_some_and(|name| output_name::is_file_of(name, id))
            })
            .map(|entry| entry.path())
    }
}

impl OutputReader for StoredOutputs {
    fn length(&self, id: &OutputId) -> OutputLength {
        match self.summaries.get(id) {
            Some(summary) => OutputLength {
                bytes: summary.bytes,
                lines: summary.lines,
            },
            None => self.stored(id).index().length(),
        }
    }

    fn lines(&self, id: &OutputId, range: Range<u64>, line_bytes_max: usize) -> Vec<String> {
        let stored = self.stored(id);
        let index = stored.index();
        let (length, known) = (index.length(), index.around(&range));
        match &*stored {
            Stored::Text { text, .. } => {
                line_window::lines(text.as_bytes(), length, &known, &range, line_bytes_max)
                    .expect("memory can be read")
            }
            Stored::File { path, .. } => {
                lines_on_disk(path, length, &known, &range, line_bytes_max)
            }
        }
    }
}

impl Stored {
    fn text(text: &str) -> Self {
        let mut index = LineIndex::default();
        index.add(text.as_bytes());
        Self::Text {
            text: text.to_owned(),
            index,
        }
    }

    fn index(&self) -> &LineIndex {
        match self {
            Self::Text { index, .. } | Self::File { index, .. } => index,
        }
    }
}

fn summary(record: &Record) -> Option<(OutputId, OutputSummary)> {
    let Event::StepFinished {
        step,
        attempt,
        output,
        ..
    } = &record.event
    else {
        return None;
    };
    let id = OutputId {
        step: step.clone(),
        attempt: *attempt,
    };
    Some((id, output.clone()))
}

fn index_of(path: &Path) -> std::io::Result<LineIndex> {
    let mut file = FileDisk::read(path)?;
    let mut index = LineIndex::default();
    let mut block = vec![0; 256 * 1024];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(index),
            taken => index.add(&block[..taken]),
        }
    }
}
