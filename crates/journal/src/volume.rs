//! A disk that counts syncs, with the two ways of writing that this crate knows. Does not retry.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::disk::{Disk, DiskFile};

/// Large texts are written in pieces of this many bytes; one `write` takes no more than 2 GiB.
const PIECE_BYTES_MAX: usize = 1 << 20;

/// A [`Disk`] and how often something was synced on it.
#[derive(Clone)]
pub(crate) struct Volume {
    disk: Arc<dyn Disk>,
    syncs: Arc<AtomicU64>,
}

impl Volume {
    pub(crate) fn new(disk: Arc<dyn Disk>) -> Self {
        Self {
            disk,
            syncs: Arc::default(),
        }
    }

    /// The calls that need no counting.
    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// How many syncs were asked for so far, of files and directories together.
    pub(crate) fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }

    pub(crate) fn sync(&self, file: &mut dyn DiskFile) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        file.sync()
    }

    pub(crate) fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        self.disk.sync_directory(path)
    }
}

/// Appends `bytes` by one `write`; anything less is an error.
pub(crate) fn append_once(file: &mut dyn DiskFile, bytes: &[u8]) -> io::Result<()> {
    let taken = file.append(bytes)?;
    if taken == bytes.len() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::WriteZero,
        format!("only {taken} of {} bytes were taken", bytes.len()),
    ))
}

/// Appends `bytes` of any length; a piece taken in part is an error.
pub(crate) fn append_pieces(file: &mut dyn DiskFile, bytes: &[u8]) -> io::Result<()> {
    bytes
        .chunks(PIECE_BYTES_MAX)
        .try_for_each(|piece| append_once(file, piece))
}
