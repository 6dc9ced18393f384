//! The run directory: a hash-chained journal, outputs, locks and their verification.
//!
//! One thread does all writing ([`Journal`]); readers ([`read()`], [`verify()`], [`StoredOutputs`]) need nothing of it.
//! Writing never interprets an event: what follows from one is `stepmark_core::runner`'s to say. Does not draw,
//! run steps, read the clock or install signal handlers: the program ignores SIGXFSZ and SIGPIPE, so that a file
//! size limit arrives here as an error and not as a death.

mod ascii;
mod chain;
mod check;
mod clerk;
mod creation;
mod dead;
mod directory_error;
mod disk;
mod evidence;
mod frame;
mod head;
mod held_run;
mod journal;
mod journal_error;
mod journal_file;
mod line;
mod line_index;
mod line_window;
mod lines_on_disk;
mod live_outputs;
mod measured;
mod moment;
mod output;
mod output_name;
mod output_writer;
mod pen;
mod piece;
mod place;
mod prune;
mod pruned_run;
mod queue;
mod read;
mod read_ahead;
mod read_error;
mod reading;
mod reservation;
mod run_directory;
mod run_lock;
mod run_texts;
mod shown;
mod stored_outputs;
mod verification;
mod verify;
mod volume;

pub use check::{Check, Proof, Subject};
pub use directory_error::DirectoryError;
pub use disk::{Disk, DiskFile, FileDisk};
pub use evidence::{CheckSignature, Evidence, Render, SignatureProof};
pub use head::Head;
pub use held_run::HeldRun;
pub use journal::Journal;
pub use journal_error::JournalError;
pub use journal_file::OUTCOME_BYTES_MAX;
pub use line::LINE_BYTES_MAX;
pub use live_outputs::LiveOutputs;
pub use output_writer::OutputWriter;
pub use place::Place;
pub use prune::{Pruned, prune};
pub use pruned_run::{PrunedRun, pruned};
pub use read::{read, read_each, read_opening};
pub use read_error::ReadError;
pub use reading::{Reading, Summary, Tail};
pub use reservation::Reservation;
pub use run_directory::{RunDirectory, previous};
pub use run_texts::{RunTexts, UnreadableText, included_file};
pub use stored_outputs::StoredOutputs;
pub use verification::Verification;
pub use verify::{verify, verify_with};

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks `mutex` also when a thread panicked while it held it; every value guarded here is whole between statements.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The operating system's reason without its number: `Permission denied`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}
