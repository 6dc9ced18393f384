//! Makes a run directory, or nothing at all. Does not take up one that exists.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stepmark_core::{RunId, Timestamp};

use crate::disk::{Disk, DiskFile};
use crate::journal_file::JournalFile;
use crate::run_lock::RunLock;
use crate::run_texts::{RUNBOOK, included_file};
use crate::volume::{Volume, append_pieces};
use crate::{DirectoryError, Head, HeldRun, RunDirectory};

/// Random suffixes that are tried before giving up; each can only collide with a run begun in the same second.
const NAMES_TRIED_MAX: usize = 16;
const SUFFIX_MAX: u32 = 0xff_ffff;
/// Distance of a suffix to the largest one of the same second, at most.
const SUFFIX_STEP_MAX: u32 = 0xffff;
/// A microsecond takes 20 bits of a suffix; the rest is random.
const SUFFIX_BITS_RANDOM: u32 = 4;
/// The suffix of a whole second; not zero, so that ids under a clock of whole seconds do not look empty. The last
/// microsecond still fits.
const SUFFIX_FIRST: u32 = 0x0a_5a50;
const MICROS_A_SECOND: i64 = 1_000_000;

/// A run directory in the making, and what has been made of it.
struct Creation {
    volume: Volume,
    made: Vec<Made>,
}

enum Made {
    Directory(PathBuf),
    File(PathBuf),
}

/// Makes a run in `root` with copies of its texts and holds its lock. When anything fails, everything that was made is removed again.
pub(crate) fn create(
    disk: Arc<dyn Disk>,
    root: &Path,
    now: Timestamp,
    runbook: &[u8],
    included: &[&[u8]],
) -> Result<HeldRun, DirectoryError> {
    let mut creation = Creation {
        volume: Volume::new(disk),
        made: Vec::new(),
    };
    let held = creation.run(root, now, runbook, included);
    if held.is_err() {
        creation.undo();
    }
    held
}

impl Creation {
    fn run(
        &mut self,
        root: &Path,
        now: Timestamp,
        runbook: &[u8],
        included: &[&[u8]],
    ) -> Result<HeldRun, DirectoryError> {
        self.root(root)?;
        let directory = self.run_directory(root, now)?;
        self.copy(&directory.runbook(), runbook)?;
        for (at, text) in included.iter().enumerate() {
            let name = included_file(RUNBOOK, at + 1);
            self.copy(&directory.path().join(name), text)?;
        }
        for part in [directory.outputs(), directory.locks(), directory.state()] {
            self.directory(&part)
                .map_err(|error| DirectoryError::unwritable(&part, &error))?;
        }
        let lock = RunLock::take(self.file(&directory.lock_file())?, &directory)?;
        let journal = self.file(&directory.journal())?;
        self.sync(directory.path())?;
        self.sync(root)?;
        let journal = JournalFile::new(
            self.volume.clone(),
            directory.journal(),
            journal,
            directory.run().clone(),
            Head::genesis(),
            0,
        );
        Ok(HeldRun::new(directory, self.volume.clone(), journal, lock))
    }

    fn copy(&mut self, path: &Path, text: &[u8]) -> Result<(), DirectoryError> {
        let mut copy = self.file(path)?;
        append_pieces(&mut *copy, text)
            .and_then(|()| self.volume.sync(&mut *copy))
            .map_err(|error| DirectoryError::unwritable(path, &error))
    }

    /// Makes what is missing of `root`, each name durable before the next; links in places of ours are refused.
    fn root(&mut self, root: &Path) -> Result<(), DirectoryError> {
        let mut path = PathBuf::new();
        for part in root.components() {
            path.push(part);
            let is_ours = path == *root || path.ends_with(".stepmark");
            self.ancestor(&path, is_ours)?;
            if path.ends_with(".stepmark") && path != *root {
                self.ignore_file(&path.join(".gitignore"))?;
            }
        }
        Ok(())
    }

    fn ancestor(&mut self, path: &Path, is_ours: bool) -> Result<(), DirectoryError> {
        let unwritable = |error| DirectoryError::unwritable(path, &error);
        match self.directory(path) {
            Ok(()) => {
                return self.sync(path.parent().unwrap_or(Path::new("")));
            }
            Err(error) if is_there(path) => drop(error),
            Err(error) => return Err(unwritable(error)),
        }
        let is_link = std::fs::symlink_metadata(path)
            .map_err(unwritable)?
            .is_symlink();
        if is_ours && is_link {
            return Err(DirectoryError::Symlink {
                path: path.to_owned(),
            });
        }
        if std::fs::metadata(path).map_err(unwritable)?.is_dir() {
            return Ok(());
        }
        Err(unwritable(io::Error::other("not a directory")))
    }

    fn ignore_file(&mut self, path: &Path) -> Result<(), DirectoryError> {
        if is_there(path) {
            return Ok(());
        }
        let mut file = self.file(path)?;
        append_pieces(&mut *file, b"*\n")
            .and_then(|()| self.volume.sync(&mut *file))
            .map_err(|error| DirectoryError::unwritable(path, &error))
    }

    fn run_directory(
        &mut self,
        root: &Path,
        now: Timestamp,
    ) -> Result<RunDirectory, DirectoryError> {
        for _ in 0..NAMES_TRIED_MAX {
            let second = now.compact();
            let suffix = suffix(now, largest_suffix(root, &second))
                .map_err(|error| DirectoryError::unwritable(root, &error))?;
            let run = RunId::new(format!("{second}-{suffix:06x}"));
            let path = root.join(run.as_str());
            match self.directory(&path) {
                Ok(()) => return Ok(RunDirectory::new(path, run)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(DirectoryError::unwritable(&path, &error)),
            }
        }
        Err(DirectoryError::unwritable(
            root,
            &io::Error::other("every name that was tried is taken"),
        ))
    }

    fn directory(&mut self, path: &Path) -> io::Result<()> {
        self.volume.disk().make_directory(path)?;
        self.made.push(Made::Directory(path.to_owned()));
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<Box<dyn DiskFile>, DirectoryError> {
        let file = self
            .volume
            .disk()
            .create(path)
            .map_err(|error| DirectoryError::unwritable(path, &error))?;
        self.made.push(Made::File(path.to_owned()));
        Ok(file)
    }

    fn sync(&self, path: &Path) -> Result<(), DirectoryError> {
        self.volume
            .sync_directory(path)
            .map_err(|error| DirectoryError::unwritable(path, &error))
    }

    /// Newest first; a directory that someone else has put something into stays.
    fn undo(&mut self) {
        while let Some(made) = self.made.pop() {
            let _ = match made {
                Made::Directory(path) => self.volume.disk().remove_directory(&path),
                Made::File(path) => self.volume.disk().remove_file(&path),
            };
        }
    }
}

fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

fn largest_suffix(root: &Path, second: &str) -> Option<u32> {
    std::fs::read_dir(root)
        .ok()?
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            let suffix = name.to_str()?.strip_prefix(second)?.strip_prefix('-')?;
            u32::from_str_radix(suffix, 16).ok()
        })
        .max()
}

/// A suffix that sorts by the microsecond among all runs of a second, whatever their runbook, and behind those in the same
/// root, also where the clock did not move on.
fn suffix(now: Timestamp, largest: Option<u32>) -> io::Result<u32> {
    let random = getrandom::u32().map_err(|error| io::Error::other(error.to_string()))?;
    let micros =
        u32::try_from(now.micros().rem_euclid(MICROS_A_SECOND)).expect("less than a million");
    let timely = SUFFIX_FIRST + (micros << SUFFIX_BITS_RANDOM) + random % (1 << SUFFIX_BITS_RANDOM);
    Ok(match largest {
        Some(largest) if largest < timely => timely,
        Some(largest) if largest < SUFFIX_MAX => {
            let room = (SUFFIX_MAX - largest).min(SUFFIX_STEP_MAX);
            largest + 1 + random % room
        }
        Some(_) => random & SUFFIX_MAX,
        None => timely,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_one_second_sort_by_time_in_whatever_folder() {
        let at = |micros: i64| suffix(Timestamp::from_micros(1_795_000_000_000_000 + micros), None);
        let suffixes: Vec<u32> = [0, 1, 2, 499_999, 500_000, 999_999]
            .map(|micros| at(micros).unwrap())
            .into();
        assert!(suffixes.is_sorted(), "{suffixes:x?}");
        assert!(suffixes.iter().all(|suffix| *suffix <= SUFFIX_MAX));
    }

    #[test]
    fn a_clock_that_goes_back_does_not_put_a_run_before_the_last() {
        let now = Timestamp::from_micros(1_795_000_000_000_000);
        let next = suffix(now, Some(0x80_0000)).unwrap();
        assert!((0x80_0001..=SUFFIX_MAX).contains(&next), "{next:x}");
    }
}
