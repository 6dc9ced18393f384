//! The real disk. Does not remember anything.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{FallocateFlags, OFlags};
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};

use super::{Disk, DiskFile};

/// The file system this process sees.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileDisk;

impl FileDisk {
    /// Opens a regular file for reading; a symbolic link, FIFO or device in its place is refused, never waited for.
    pub(crate) fn read(path: &Path) -> io::Result<File> {
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(flags(OFlags::NOFOLLOW | OFlags::NONBLOCK))
            .open(path)?;
        regular(file)
    }
}

impl Disk for FileDisk {
    fn make_directory(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .custom_flags(flags(OFlags::NOFOLLOW))
            .open(path)?;
        Ok(Box::new(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new()
            .append(true)
            .custom_flags(flags(OFlags::NOFOLLOW | OFlags::NONBLOCK))
            .open(path)?;
        Ok(Box::new(regular(file)?))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }
}

impl DiskFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    /// Space beyond the process's own file size limit could be set aside (KEEP_SIZE), but never written.
    fn reserve(&mut self, offset: u64, bytes: u64) -> io::Result<()> {
        let limit = getrlimit(Resource::Fsize).current;
        if limit.is_some_and(|limit| limit < offset.saturating_add(bytes)) {
            return Err(Errno::FBIG.into());
        }
        Ok(rustix::fs::fallocate(
            &*self,
            FallocateFlags::KEEP_SIZE,
            offset,
            bytes,
        )?)
    }

    fn release(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn try_lock(&self) -> Result<(), TryLockError> {
        Self::try_lock(self)
    }
}

fn flags(flags: OFlags) -> i32 {
    i32::try_from(flags.bits()).expect("open flags fit a C int")
}

fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("not a regular file"))
    }
}
