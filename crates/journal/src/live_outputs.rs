//! Reads the outputs of a run under way. Does not write, and never waits for the disk while the writer could want the lock.

use std::ops::Range;
use std::sync::Arc;

use stepmark_core::output::{OutputId, OutputLength, OutputReader};

use crate::line_window::ReadAt as _;
use crate::lines_on_disk::{bytes_on_disk, lines_on_disk, unreadable};
use crate::output::{Output, Outputs};
use crate::{RunDirectory, StoredOutputs, line_window, locked};

/// A reader of growing and finished outputs; outputs from before the run was taken up are read from its directory.
pub struct LiveOutputs {
    outputs: Outputs,
    earlier: StoredOutputs,
}

impl LiveOutputs {
    pub(crate) fn new(outputs: Outputs, directory: RunDirectory) -> Self {
        Self {
            outputs,
            earlier: StoredOutputs::new(directory, &[]),
        }
    }

    /// Also reads what `records`, of an earlier part of the same run, tell about.
    #[must_use]
    pub fn after(mut self, records: &[stepmark_core::record::Record]) -> Self {
        self.earlier = StoredOutputs::new(self.earlier.directory().clone(), records);
        self
    }

    /// Reads the bytes from `at` on of an output of this part of the run into `buffer`; how many, which is fewer than there
    /// is room for only where the output ends by now.
    ///
    /// # Errors
    /// What a reader says when the file cannot be read.
    pub fn read_at(&self, id: &OutputId, buffer: &mut [u8], at: u64) -> Result<usize, String> {
        let Some(output) = self.find(id) else {
            return Ok(0);
        };
        let (path, left) = {
            let shown = locked(output.shown());
            let left = shown.length().bytes.saturating_sub(at);
            match shown.whole() {
                Ok(memory) => return Ok(memory.read_at(buffer, at).expect("memory can be read")),
                Err(path) => (path.to_owned(), left),
            }
        };
        // What the writer is about to add may be there already, but is not shown yet.
        let room = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        bytes_on_disk(&path, &mut buffer[..room], at).map_err(|error| unreadable(&path, &error))
    }

    fn find(&self, id: &OutputId) -> Option<Arc<Output>> {
        locked(&self.outputs).get(id).cloned()
    }
}

impl OutputReader for LiveOutputs {
    fn length(&self, id: &OutputId) -> OutputLength {
        match self.find(id) {
            Some(output) => locked(output.shown()).length(),
            None => self.earlier.length(id),
        }
    }

    fn lines(&self, id: &OutputId, range: Range<u64>, line_bytes_max: usize) -> Vec<String> {
        let Some(output) = self.find(id) else {
            return self.earlier.lines(id, range, line_bytes_max);
        };
        let (path, length, known) = {
            let shown = locked(output.shown());
            let length = shown.length();
            let known = shown.index().around(&range);
            match shown.whole() {
                Ok(memory) => {
                    return line_window::lines(memory, length, &known, &range, line_bytes_max)
                        .expect("memory can be read");
                }
                Err(path) => (path.to_owned(), length, known),
            }
        };
        lines_on_disk(&path, length, &known, &range, line_bytes_max)
    }
}
