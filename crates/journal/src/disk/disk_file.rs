//! One open file of a [`super::Disk`]. Does not truncate content or seek: files of a run only grow.

use std::fs::TryLockError;
use std::io;

/// A file open for appending; closed when dropped.
pub trait DiskFile: Send {
    /// Adds bytes at the end by one `write`, and says how many were taken.
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Makes all content durable (`fdatasync`). After an error it must not be called again on this file:
    /// the kernel may have marked the lost pages clean, and a second call would succeed without having written them.
    fn sync(&mut self) -> io::Result<()>;

    /// The length in bytes, as the file system states it.
    fn length(&self) -> io::Result<u64>;

    /// Sets `bytes` of space from `offset` aside without changing the length.
    fn reserve(&mut self, offset: u64, bytes: u64) -> io::Result<()>;

    /// Gives back space set aside beyond `length`, which is the file's present length.
    fn release(&mut self, length: u64) -> io::Result<()>;

    /// Takes the exclusive lock of this file, without waiting; held until the file is closed.
    fn try_lock(&self) -> Result<(), TryLockError>;
}
