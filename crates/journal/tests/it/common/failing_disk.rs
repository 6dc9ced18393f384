//! A disk on which the k-th call fails, once or from then on. It does not really sync: no power is cut in these tests.

use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use stepmark_journal::{Disk, DiskFile, FileDisk};

/// Which calls fail, and how. Calls are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) call: usize,
    pub(crate) lasts: Lasts,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasts {
    Once,
    ForGood,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The call does nothing and fails.
    Error(io::ErrorKind),
    /// A write takes half of its bytes; every other call fails.
    Short,
    /// A write says that it took everything and takes half; every other call does nothing and says that it worked.
    Lie,
}

/// The real disk, but for its fault.
pub(crate) struct FailingDisk {
    calls: Arc<AtomicUsize>,
    space: Arc<AtomicU64>,
    fault: Option<Fault>,
}

struct FailingFile {
    file: Box<dyn DiskFile>,
    calls: Arc<AtomicUsize>,
    space: Arc<AtomicU64>,
    fault: Option<Fault>,
}

impl FailingDisk {
    pub(crate) fn new(fault: Option<Fault>) -> Arc<Self> {
        Arc::new(Self {
            calls: Arc::default(),
            space: Arc::default(),
            fault,
        })
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// The byte up to which space is set aside.
    pub(crate) fn space(&self) -> u64 {
        self.space.load(Ordering::SeqCst)
    }

    fn wrap(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(FailingFile {
            file,
            calls: Arc::clone(&self.calls),
            space: Arc::clone(&self.space),
            fault: self.fault,
        })
    }
}

fn now(calls: &AtomicUsize, fault: Option<Fault>) -> Option<Kind> {
    let call = calls.fetch_add(1, Ordering::SeqCst);
    let fault = fault?;
    let hit = match fault.lasts {
        Lasts::Once => call == fault.call,
        Lasts::ForGood => call >= fault.call,
    };
    hit.then_some(fault.kind)
}

fn plain<T>(
    calls: &AtomicUsize,
    fault: Option<Fault>,
    call: impl FnOnce() -> io::Result<T>,
) -> io::Result<T> {
    match now(calls, fault) {
        None | Some(Kind::Lie) => call(),
        Some(Kind::Error(kind)) => Err(kind.into()),
        Some(Kind::Short) => Err(io::ErrorKind::StorageFull.into()),
    }
}

impl Disk for FailingDisk {
    fn make_directory(&self, path: &Path) -> io::Result<()> {
        plain(&self.calls, self.fault, || FileDisk.make_directory(path))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        plain(&self.calls, self.fault, || FileDisk.create(path)).map(|file| self.wrap(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        plain(&self.calls, self.fault, || FileDisk.open(path)).map(|file| self.wrap(file))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        plain(&self.calls, self.fault, || path.metadata().map(drop))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        plain(&self.calls, self.fault, || FileDisk.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        FileDisk.remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        FileDisk.remove_directory(path)
    }
}

impl DiskFile for FailingFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let half = &bytes[..bytes.len() / 2];
        match now(&self.calls, self.fault) {
            None => self.file.append(bytes),
            Some(Kind::Error(kind)) => Err(kind.into()),
            Some(Kind::Short) => self.file.append(half),
            Some(Kind::Lie) => {
                self.file.append(half)?;
                Ok(bytes.len())
            }
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        plain(&self.calls, self.fault, || Ok(()))
    }

    fn length(&self) -> io::Result<u64> {
        plain(&self.calls, self.fault, || self.file.length())
    }

    fn reserve(&mut self, offset: u64, bytes: u64) -> io::Result<()> {
        plain(&self.calls, self.fault, || {
            self.space.store(offset + bytes, Ordering::SeqCst);
            self.file.reserve(offset, bytes)
        })
    }

    fn release(&mut self, length: u64) -> io::Result<()> {
        plain(&self.calls, self.fault, || {
            self.space.store(length, Ordering::SeqCst);
            self.file.release(length)
        })
    }

    fn try_lock(&self) -> Result<(), TryLockError> {
        self.file.try_lock()
    }
}
