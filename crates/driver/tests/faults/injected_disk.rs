//! The real disk, but for one fault at one call, once or for good. It does not really sync: no power is cut here.

use std::collections::BTreeMap;
use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use stepmark_journal::{Disk, DiskFile, FileDisk};

/// Which call is hit, from 0, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) call: usize,
    pub(crate) kind: Kind,
}

/// What becomes of the call that is hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It does nothing and fails with this errno.
    Error(Errno, Lasts),
    /// A write takes half of its bytes; any other call fails for want of space.
    Short(Lasts),
    /// The process is as good as dead: this call has this effect, and no later one has any.
    Dies(Effect),
}

/// How long a fault goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasts {
    Once,
    ForGood,
}

/// What the last call of a dying process still did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    /// Of a write half its bytes; of anything else nothing.
    Half,
    Full,
}

/// Linux's numbers of errors (`errno(3)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errno {
    Io = 5,
    FileTooBig = 27,
    NoSpace = 28,
    ReadOnly = 30,
    Quota = 122,
}

impl Kind {
    /// Every way to fail or die.
    pub(crate) fn all() -> Vec<Self> {
        let errors = [
            Errno::Io,
            Errno::FileTooBig,
            Errno::NoSpace,
            Errno::ReadOnly,
            Errno::Quota,
        ];
        let mut all = Vec::new();
        for lasts in [Lasts::Once, Lasts::ForGood] {
            all.extend(errors.map(|errno| Self::Error(errno, lasts)));
            all.push(Self::Short(lasts));
        }
        all.extend([Effect::None, Effect::Half, Effect::Full].map(Self::Dies));
        all
    }
}

/// A disk that counts its calls by name, hits one of them, and remembers what was done that must never be done.
pub(crate) struct InjectedDisk(Arc<Mutex<Calls>>);

struct InjectedFile {
    calls: Arc<Mutex<Calls>>,
    file: Box<dyn DiskFile>,
    sync_failed: bool,
}

#[derive(Default)]
struct Calls {
    fault: Option<Fault>,
    made: usize,
    names: BTreeMap<&'static str, usize>,
    synced_again: usize,
    appended: Vec<(usize, Vec<u8>)>,
}

/// What a call may do.
enum Leave {
    Do,
    Half,
    Fail(Errno),
    DoThenFail(Errno),
}

impl InjectedDisk {
    pub(crate) fn new(fault: Option<Fault>) -> Arc<Self> {
        let calls = Calls {
            fault,
            ..Calls::default()
        };
        Arc::new(Self(Arc::new(Mutex::new(calls))))
    }

    /// How many calls were made.
    pub(crate) fn made(&self) -> usize {
        locked(&self.0).made
    }

    /// How often each kind of call was made.
    pub(crate) fn names(&self) -> BTreeMap<&'static str, usize> {
        locked(&self.0).names.clone()
    }

    /// The first call that appended something with `word` in it.
    pub(crate) fn append_of(&self, word: &str) -> Option<usize> {
        let calls = locked(&self.0);
        let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(word);
        let mut found = calls.appended.iter().filter(|(_, bytes)| holds(bytes));
        found.next().map(|(call, _)| *call)
    }

    /// How often a file was written or synced whose sync had failed.
    pub(crate) fn synced_again(&self) -> usize {
        locked(&self.0).synced_again
    }

    fn wrap(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(InjectedFile {
            calls: Arc::clone(&self.0),
            file,
            sync_failed: false,
        })
    }
}

impl Calls {
    fn leave(&mut self, name: &'static str) -> Leave {
        let call = self.made;
        self.made += 1;
        *self.names.entry(name).or_default() += 1;
        let Some(fault) = self.fault.filter(|fault| call >= fault.call) else {
            return Leave::Do;
        };
        let first = call == fault.call;
        match fault.kind {
            Kind::Error(_, Lasts::Once) | Kind::Short(Lasts::Once) if !first => Leave::Do,
            Kind::Error(errno, _) => Leave::Fail(errno),
            Kind::Short(_) if name == "append" => Leave::Half,
            Kind::Short(_) => Leave::Fail(Errno::NoSpace),
            Kind::Dies(Effect::Full) if first => Leave::DoThenFail(Errno::Io),
            Kind::Dies(Effect::Half) if first && name == "append" => Leave::Half,
            Kind::Dies(_) => Leave::Fail(Errno::Io),
        }
    }
}

fn locked(calls: &Mutex<Calls>) -> MutexGuard<'_, Calls> {
    calls.lock().expect("nobody panics while counting")
}

fn failed(errno: Errno) -> io::Error {
    io::Error::from_raw_os_error(errno as i32)
}

fn call<T>(
    calls: &Mutex<Calls>,
    name: &'static str,
    real: impl FnOnce() -> io::Result<T>,
) -> io::Result<T> {
    let leave = locked(calls).leave(name);
    match leave {
        Leave::Do => real(),
        Leave::Half => Err(failed(Errno::NoSpace)),
        Leave::Fail(errno) => Err(failed(errno)),
        Leave::DoThenFail(errno) => real().and(Err(failed(errno))),
    }
}

impl Disk for InjectedDisk {
    fn make_directory(&self, path: &Path) -> io::Result<()> {
        call(&self.0, "make_directory", || FileDisk.make_directory(path))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        call(&self.0, "create", || FileDisk.create(path)).map(|file| self.wrap(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        call(&self.0, "open", || FileDisk.open(path)).map(|file| self.wrap(file))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        call(&self.0, "sync_directory", || path.metadata().map(drop))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        call(&self.0, "rename", || FileDisk.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        call(&self.0, "remove_file", || FileDisk.remove_file(path))
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        call(&self.0, "remove_directory", || {
            FileDisk.remove_directory(path)
        })
    }
}

impl InjectedFile {
    fn after_a_failed_sync(&self) {
        if self.sync_failed {
            locked(&self.calls).synced_again += 1;
        }
    }
}

impl DiskFile for InjectedFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.after_a_failed_sync();
        let leave = {
            let mut calls = locked(&self.calls);
            let call = calls.made;
            calls.appended.push((call, bytes.to_vec()));
            calls.leave("append")
        };
        match leave {
            Leave::Do => self.file.append(bytes),
            Leave::Half => self.file.append(&bytes[..bytes.len() / 2]),
            Leave::Fail(errno) => Err(failed(errno)),
            Leave::DoThenFail(errno) => self.file.append(bytes).and(Err(failed(errno))),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.after_a_failed_sync();
        let synced = call(&self.calls, "sync", || Ok(()));
        self.sync_failed |= synced.is_err();
        synced
    }

    fn length(&self) -> io::Result<u64> {
        call(&self.calls, "length", || self.file.length())
    }

    fn reserve(&mut self, offset: u64, bytes: u64) -> io::Result<()> {
        call(&self.calls, "reserve", || self.file.reserve(offset, bytes))
    }

    fn release(&mut self, length: u64) -> io::Result<()> {
        call(&self.calls, "release", || self.file.release(length))
    }

    fn try_lock(&self) -> Result<(), TryLockError> {
        let leave = locked(&self.calls).leave("try_lock");
        match leave {
            Leave::Do => self.file.try_lock(),
            Leave::Half => Err(TryLockError::Error(failed(Errno::NoSpace))),
            Leave::Fail(errno) | Leave::DoThenFail(errno) => {
                Err(TryLockError::Error(failed(errno)))
            }
        }
    }
}
