//! Where a run is kept: every call that changes what is stored goes through here, so that tests can fail any of them.
//! Does not read: readers open files on their own and change nothing.

mod disk_file;
mod file_disk;

pub use disk_file::DiskFile;
pub use file_disk::FileDisk;

use std::io;
use std::path::Path;

/// The calls a journal makes on a file system. Each is one attempt: nothing in here retries.
pub trait Disk: Send + Sync {
    /// Makes a directory only its owner can enter. Fails when something of that name is there.
    fn make_directory(&self, path: &Path) -> io::Result<()>;

    /// Makes a file only its owner can read, for appending. Fails when something of that name is there, a symbolic link included.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Opens an existing regular file for appending. Fails on a symbolic link.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Makes the names in a directory durable.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name, in place of whatever had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty directory.
    fn remove_directory(&self, path: &Path) -> io::Result<()>;
}
