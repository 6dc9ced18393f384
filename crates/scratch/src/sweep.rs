//! Clearing away the clusters of owners that were killed. Leaves alone whatever is not provably ours and abandoned.

use crate::home::{Home, PREFIX};
use crate::server_processes::ServerProcesses;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// What one sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    /// The abandoned cluster directories that were stopped and removed.
    pub removed: Vec<PathBuf>,
    /// The abandoned cluster directories that could not be removed, with the reason.
    pub left: Vec<(PathBuf, Error)>,
}

/// Stops and removes every abandoned cluster in `base`: the directory bears our mark and belongs to this user, its
/// lock is free, and the process recorded as its owner is gone. Any number of sweeps may run at once.
///
/// # Errors
/// Only when `base` cannot be read; what happens to single directories is in [`Swept`].
pub fn sweep(base: &Path) -> Result<Swept> {
    let doing = format!("look for abandoned clusters in {}", base.display());
    let failed = |error| Error::io(&*doing, error);
    let mut swept = Swept::default();
    // Servers are known by the real path of their data directory.
    let base = base.canonicalize().map_err(failed)?;
    for entry in std::fs::read_dir(&base).map_err(failed)? {
        let Ok(entry) = entry else { continue };
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let path = entry.path();
        match sweep_one(&path) {
            Ok(true) => swept.removed.push(path),
            Ok(false) => {}
            Err(error) => swept.left.push((path, error)),
        }
    }
    Ok(swept)
}

fn sweep_one(path: &Path) -> Result<bool> {
    let abandoned = Home::abandoned(path);
    let abandoned =
        abandoned.map_err(|error| Error::io(format!("inspect {}", path.display()), error))?;
    let Some(home) = abandoned else {
        return Ok(false);
    };
    end(&home)?;
    Ok(true)
}

/// Stops the servers of a directory we hold, then removes it.
pub(crate) fn end(home: &Home) -> Result<()> {
    if !ServerProcesses::new(&home.data(), home.name()).stop() {
        return Err(Error::Survivors {
            directory: home.path().to_owned(),
        });
    }
    home.remove()
}
