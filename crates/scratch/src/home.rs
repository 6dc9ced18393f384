//! The private directory of one cluster: its layout, its owner file, and the proof that it may be removed.
//!
//! The owner file names the owning process and is locked by it (flock, close-on-exec) as long as it lives. A
//! directory is abandoned when that lock is free *and* the named process is gone; nothing less is enough.

use crate::account::Account;
use crate::process::Process;
use crate::{Error, Result};
use rustix::fs::{Mode, OFlags, open, openat};
use std::fs::{File, Metadata, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

pub(crate) const PREFIX: &str = "stepmark-scratch-";
const OWNER: &str = "owner";
const FORMAT: &str = "stepmark-scratch 1";
const OWNER_BYTES_MAX: u64 = 4096;

/// A cluster's private directory, locked by us.
#[derive(Debug)]
pub(crate) struct Home {
    path: PathBuf,
    /// As long as it is open the lock is held.
    owner: File,
}

impl Home {
    /// Makes and locks a new directory. A sweeper may see it half-made: it then finds no complete owner file and
    /// goes on.
    pub(crate) fn create(base: &Path, account: &Account) -> Result<Self> {
        let failed = |error| {
            Error::io(
                format!("make a cluster directory in {}", base.display()),
                error,
            )
        };
        let directory = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(base)
            .map_err(failed)?;
        let owner = write_owner(directory.path()).map_err(failed)?;
        let home = Self {
            path: directory.path().to_owned(),
            owner,
        };
        home.fill(account).map_err(failed)?;
        let _ = directory.keep();
        Ok(home)
    }

    /// The directory at `path`, locked, when it is provably one of ours and its owner is provably dead.
    pub(crate) fn abandoned(path: &Path) -> io::Result<Option<Self>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let Some(directory) = present(open(path, flags, Mode::empty()).map_err(io::Error::from))?
        else {
            return Ok(None);
        };
        let directory = File::from(directory);
        if !is_private(&directory.metadata()?) {
            return Ok(None);
        }
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let owner = openat(&directory, OWNER, flags, Mode::empty()).map_err(io::Error::from);
        let Some(owner) = present(owner)? else {
            return Ok(None);
        };
        let mut owner = File::from(owner);
        let metadata = owner.metadata()?;
        if !metadata.is_file() || !is_private(&metadata) || owner.try_lock().is_err() {
            return Ok(None);
        }
        // Another sweeper may have removed the directory between our open and our lock.
        let still_there = std::fs::symlink_metadata(path.join(OWNER))
            .is_ok_and(|now| now.ino() == metadata.ino() && now.dev() == metadata.dev());
        let dead =
            still_there && recorded_owner(&mut owner)?.is_some_and(|owner| !owner.is_running());
        Ok(dead.then(|| Self {
            path: path.to_owned(),
            owner,
        }))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The directory's own name, which is unique and serves as `cluster_name`.
    pub(crate) fn name(&self) -> &str {
        let name = self.path.file_name().and_then(|name| name.to_str());
        name.expect("a cluster directory is named in ASCII")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.path.join("socket")
    }

    pub(crate) fn configuration(&self) -> PathBuf {
        self.path.join("postgresql.conf")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    /// Says in the owner file that no process owns it any more and no sweep may remove it.
    pub(crate) fn disown(&self) -> io::Result<()> {
        let mut owner = &self.owner;
        owner.set_len(0)?;
        owner.rewind()?;
        owner.write_all(format!("{FORMAT}\nkept\n").as_bytes())
    }

    /// Removes everything, the owner file last, so that an interrupted removal is finished by the next sweep.
    pub(crate) fn remove(&self) -> Result<()> {
        let removed = self.remove_entries().and_then(|()| {
            std::fs::remove_file(self.path.join(OWNER))?;
            std::fs::remove_dir(&self.path)
        });
        removed.map_err(|error| Error::io(format!("remove {}", self.path.display()), error))
    }

    fn remove_entries(&self) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                std::fs::remove_dir_all(entry.path())?;
            } else if entry.file_name() != OWNER {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// The parts the server needs belong to its account; the directory and the owner file stay ours, so that the
    /// account cannot redirect what a sweeper will do.
    fn fill(&self, account: &Account) -> io::Result<()> {
        for directory in [self.data(), self.socket()] {
            std::fs::DirBuilder::new().mode(0o700).create(&directory)?;
            account.give(&directory)?;
        }
        for file in [self.configuration(), self.log()] {
            File::options()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&file)?;
            account.give(&file)?;
        }
        match account {
            Account::Own => Ok(()),
            Account::Other { .. } => {
                std::fs::set_permissions(&self.path, Permissions::from_mode(0o711))
            }
        }
    }
}

fn write_owner(directory: &Path) -> io::Result<File> {
    let mut owner = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(directory.join(OWNER))?;
    owner.lock()?;
    let Process { pid, started } = Process::this();
    owner.write_all(format!("{FORMAT}\nowner {pid} {started}\n").as_bytes())?;
    Ok(owner)
}

fn recorded_owner(owner: &mut File) -> io::Result<Option<Process>> {
    let mut text = String::new();
    owner.rewind()?;
    let mut start = (&*owner).take(OWNER_BYTES_MAX);
    start.read_to_string(&mut text)?;
    Ok(parse_owner(&text))
}

fn parse_owner(text: &str) -> Option<Process> {
    let rest = text.strip_prefix(FORMAT)?.strip_prefix("\nowner ")?;
    let (pid, started) = rest.strip_suffix('\n')?.split_once(' ')?;
    Some(Process {
        pid: pid.parse().ok()?,
        started: started.to_owned(),
    })
}

fn is_private(metadata: &Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
}

fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error
            .raw_os_error()
            .map(rustix::io::Errno::from_raw_os_error)
        {
            Some(
                rustix::io::Errno::NOENT
                | rustix::io::Errno::ACCESS
                | rustix::io::Errno::NOTDIR
                | rustix::io::Errno::LOOP,
            ) => Ok(None),
            _ => Err(error),
        },
    }
}

#[cfg(test)]
mod tests;
