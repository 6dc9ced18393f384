//! The password file that shell steps of a connection read, for as long as the run lasts. It lies in a private directory
//! outside the run's, so that no log keeps a password when this program is killed; the next run that writes one removes it.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// How the private directories begin, in `$XDG_RUNTIME_DIR` or `/tmp`; nothing else of ours begins so.
const PREFIX: &str = "stepmark-pass-";
const ELSE: &str = "/tmp";
/// Directories that are tried: a sweeper takes a file for abandoned between its making and its lock.
const TRIES_MAX: usize = 16;

/// The file's name in its private place.
const NAME: &str = "pgpass";

/// A 0600 file in `.pgpass` form, locked by us (flock, close-on-exec) and removed with its directory when dropped.
#[derive(Debug)]
pub(crate) struct Passfile {
    path: PathBuf,
    /// As long as it is open the lock is held.
    file: File,
}

impl Passfile {
    /// Writes `lines` to a new private place, after what killed runs left in such places was removed.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn write(lines: &str) -> io::Result<Self> {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let runtime = runtime.filter(|path| path.is_absolute() && path.is_dir());
        let bases = runtime.into_iter().chain([PathBuf::from(ELSE)]);
        Self::write_in(&bases.collect::<Vec<_>>(), NAME.as_ref(), lines)
    }

    fn write_in(bases: &[PathBuf], name: &OsStr, lines: &str) -> io::Result<Self> {
        let mut last = None;
        for base in bases {
            match (0..TRIES_MAX).find_map(|_| Self::try_in(base, name, lines).transpose()) {
                Some(Ok(passfile)) => {
                    let owner = passfile.file.metadata()?.uid();
                    bases.iter().for_each(|base| sweep(base, owner));
                    return Ok(passfile);
                }
                Some(Err(error)) => {
                    let place = base.display();
                    let told = format!("its private place in {place}: {error}");
                    last = Some(io::Error::new(error.kind(), told));
                }
                None => {}
            }
        }
        Err(last.unwrap_or_else(|| io::Error::other("every place that was tried was swept away")))
    }

    /// One attempt; none when the name was taken or a sweeper was faster than our lock.
    fn try_in(base: &Path, name: &OsStr, lines: &str) -> io::Result<Option<Self>> {
        let folder = base.join(format!("{PREFIX}{:016x}", random()?));
        match DirBuilder::new().mode(0o700).create(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            made => made?,
        }
        let path = folder.join(name);
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        let file = match made {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            made => made.inspect_err(|_| drop(fs::remove_dir(&folder)))?,
        };
        let mut passfile = Self { path, file };
        passfile.file.lock()?;
        if !is_still(&passfile.path, &passfile.file.metadata()?) {
            return Ok(None);
        }
        passfile.file.write_all(lines.as_bytes())?;
        Ok(Some(passfile))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Passfile {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Removes the directories in `base` that `owner` alone may enter and whose file nobody holds: its writer is dead.
fn sweep(base: &Path, owner: u32) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let is_named_so = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let folder = entry.path();
        if !is_named_so || !fs::symlink_metadata(&folder).is_ok_and(|of| is_private(&of, owner)) {
            continue;
        }
        for file in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if File::open(file.path()).is_ok_and(|file| file.try_lock().is_ok()) {
                let _ = fs::remove_file(file.path());
            }
        }
        // Refused where a living file stands. Of one that is just being made the maker makes another.
        let _ = fs::remove_dir(&folder);
    }
}

fn is_private(folder: &Metadata, owner: u32) -> bool {
    folder.is_dir() && folder.uid() == owner && folder.mode() & 0o077 == 0
}

fn is_still(path: &Path, known: &Metadata) -> bool {
    fs::symlink_metadata(path).is_ok_and(|now| now.ino() == known.ino() && now.dev() == known.dev())
}

/// It may be gone already; there is nobody left to tell.
fn remove(path: &Path) {
    let _ = fs::remove_file(path);
    if let Some(folder) = path.parent() {
        let _ = fs::remove_dir(folder);
    }
}

fn random() -> io::Result<u64> {
    let mut bytes = [0; 8];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(u64::from_ne_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use std::path::PathBuf;

    use super::Passfile;

    fn write(bases: &[PathBuf], lines: &str) -> Passfile {
        Passfile::write_in(bases, "pgpass".as_ref(), lines).unwrap()
    }

    #[test]
    fn the_abandoned_go_and_the_living_and_the_foreign_stay() {
        let base = tempfile::tempdir().unwrap();
        let bases = [base.path().to_owned()];
        let make = |name: &str, mode: u32| {
            let folder = base.path().join(name);
            fs::create_dir(&folder).unwrap();
            fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
            fs::write(folder.join("pgpass"), "*:*:*:*:secret\n").unwrap();
            folder
        };
        let living = write(&bases, "a");
        let dead = make("stepmark-pass-0", 0o700);
        let open = make("stepmark-pass-1", 0o755);
        let other = make("stepmark-scratch-0", 0o700);
        let next = write(&bases, "b");
        let there = [&dead, &open, &other].map(|folder| folder.exists());
        assert_eq!(there, [false, true, true]);
        assert_eq!(fs::read_to_string(living.path()).unwrap(), "a");
        assert_eq!(fs::read_to_string(next.path()).unwrap(), "b");
        drop((living, next));
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_base_that_is_not_there_is_passed_over() {
        let base = tempfile::tempdir().unwrap();
        let bases = [base.path().join("gone"), base.path().to_owned()];
        let passfile = write(&bases, "a");
        let folder = passfile.path().parent().unwrap();
        assert_eq!(folder.parent(), Some(base.path()));
        let mode =
            |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(folder), mode(passfile.path())), (0o700, 0o600));
    }
}
