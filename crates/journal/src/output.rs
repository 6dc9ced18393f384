//! One output of a run under way: what its writer, the journal's thread and its readers share. Does not queue.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use stepmark_core::output::{OutputId, OutputSummary};

use crate::pen::Pen;
use crate::shown::{Placement, Shown};
use crate::volume::Volume;
use crate::{JournalError, locked, output_name};

/// All outputs of a run under way.
pub(crate) type Outputs = Arc<Mutex<HashMap<OutputId, Arc<Output>>>>;

/// The pen belongs to the journal's thread alone; readers only ever wait for what is shown, never for the disk.
pub(crate) struct Output {
    pen: Mutex<Pen>,
    shown: Mutex<Shown>,
    given: AtomicBool,
    refused: AtomicBool,
}

impl Output {
    /// An output without content, which would be kept in `directory`.
    pub(crate) fn new(directory: PathBuf, id: &OutputId, number: usize) -> Self {
        Self {
            pen: Mutex::new(Pen::new(directory, output_name::file_name(id, number))),
            shown: Mutex::default(),
            given: AtomicBool::new(false),
            refused: AtomicBool::new(false),
        }
    }

    /// Notes that a text is on its way.
    pub(crate) fn note_given(&self) {
        self.given.store(true, Ordering::Release);
    }

    /// Whether a text was on its way.
    pub(crate) fn was_given(&self) -> bool {
        self.given.load(Ordering::Acquire)
    }

    /// Notes that the disk did not take some of it.
    pub(crate) fn refuse(&self) {
        self.refused.store(true, Ordering::Release);
    }

    /// Whether the disk did not take some of it.
    pub(crate) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Acquire)
    }

    /// Adds `text`: on disk first where it goes there, then for readers. What comes after the end is dropped:
    /// the summary of what came before may already be on record.
    pub(crate) fn write(&self, volume: &Volume, text: &str) -> Result<(), JournalError> {
        let mut pen = locked(&self.pen);
        if pen.is_finished() {
            return Ok(());
        }
        let placement = locked(&self.shown).placement(text);
        match placement {
            Placement::Memory => {
                pen.digest(text);
                locked(&self.shown).add(text);
            }
            Placement::Disk { before } => {
                let path = pen.write_file(volume, &before, text)?;
                locked(&self.shown).add_on_disk(text, path);
            }
        }
        Ok(())
    }

    /// Makes the file durable, if there is one, and sums up. Asked again, it says the same.
    pub(crate) fn finish(&self, volume: &Volume) -> Result<OutputSummary, JournalError> {
        let mut pen = locked(&self.pen);
        let file = pen.finish(volume)?;
        Ok(self.summary(&pen, file))
    }

    /// Ends and sums up an output without content, for which nothing is to be done on disk; none where there is some.
    pub(crate) fn finish_unwritten(&self) -> Option<OutputSummary> {
        if self.was_given() {
            return None;
        }
        let mut pen = locked(&self.pen);
        pen.finish_unwritten();
        Some(self.summary(&pen, None))
    }

    fn summary(&self, pen: &Pen, file: Option<String>) -> OutputSummary {
        let shown = locked(&self.shown);
        let length = shown.length();
        OutputSummary {
            bytes: length.bytes,
            lines: length.lines,
            digest: pen.digest_so_far(),
            excerpt: shown.excerpt(),
            file,
        }
    }

    /// What readers may see.
    pub(crate) fn shown(&self) -> &Mutex<Shown> {
        &self.shown
    }
}
