//! Proves lines in a thread of its own while the caller understands those before. Does not read differently: what is
//! visited and what is refused is as [`crate::read::each_line`] has it.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use crate::chain::Link;
use crate::read::{Visit, each_line};
use crate::{ReadError, Summary};

/// Lines are handed over when so many bytes of them have come together.
const BATCH_BYTES: usize = 1 << 18;
/// So many batches wait while one is filled; with a line as long as lines can be in each, this is what bounds memory.
const BATCHES: usize = 1;

/// Proven lines, one after the other in one buffer.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    lines: Vec<(Link, Range<usize>)>,
}

/// Why proving ended early.
enum Stopped {
    Damaged(ReadError),
    /// The caller wants no more.
    Unheard,
}

impl From<ReadError> for Stopped {
    fn from(error: ReadError) -> Self {
        Self::Damaged(error)
    }
}

/// As [`each_line`], with the proofs in a second thread.
pub(crate) fn each(path: &Path, file: File, visit: Visit<'_>) -> Result<Summary, ReadError> {
    let (full, filled) = sync_channel::<Batch>(BATCHES);
    let (empty, emptied) = channel::<Batch>();
    for _ in 0..BATCHES {
        let _ = empty.send(Batch::default());
    }
    std::thread::scope(|scope| {
        let proof = scope.spawn(move || prove(path, file, &full, &emptied));
        let understood = understand(&filled, &empty, visit);
        drop((filled, empty));
        let proven = match proof.join() {
            Ok(proven) => proven,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        understood?;
        match proven {
            Ok(summary) => Ok(summary),
            Err(Stopped::Damaged(error)) => Err(error),
            Err(Stopped::Unheard) => unreachable!("the caller heard everything"),
        }
    })
}

fn understand(
    filled: &Receiver<Batch>,
    empty: &Sender<Batch>,
    visit: Visit<'_>,
) -> Result<(), ReadError> {
    for mut batch in filled {
        for (link, range) in &batch.lines {
            visit(*link, &batch.bytes[range.clone()])?;
        }
        batch.lines.clear();
        batch.bytes.clear();
        batch.bytes.shrink_to(2 * BATCH_BYTES);
        let _ = empty.send(batch);
    }
    Ok(())
}

fn prove(
    path: &Path,
    file: File,
    full: &SyncSender<Batch>,
    emptied: &Receiver<Batch>,
) -> Result<Summary, Stopped> {
    let mut batch = Batch::default();
    let mut unheard = false;
    let proven = each_line(path, file, &mut |link, bytes| {
        let start = batch.bytes.len();
        batch.bytes.extend_from_slice(bytes);
        batch.lines.push((link, start..start + bytes.len()));
        if batch.bytes.len() >= BATCH_BYTES {
            let next = emptied.recv();
            let sent = full.send(std::mem::take(&mut batch));
            match (next, sent) {
                (Ok(next), Ok(())) => batch = next,
                _ => {
                    unheard = true;
                    return Err(ReadError::unreadable(
                        path,
                        &std::io::Error::other("unheard"),
                    ));
                }
            }
        }
        Ok(())
    });
    if unheard || full.send(batch).is_err() {
        return Err(Stopped::Unheard);
    }
    Ok(proven?)
}
