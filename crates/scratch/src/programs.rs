//! The programs of one PostgreSQL installation, and the search for them. Installs and downloads nothing.

use crate::places::{PLACES, expand};
use crate::program::Program;
use crate::{Error, Looked, Result, Version};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The server and client programs of one installation: one directory with all five of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    bindir: PathBuf,
    version: Version,
}

/// How an environment variable is read; `None` when it is not set.
type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

impl Programs {
    /// The installation to use: the one `STEPMARK_PG_BIN` names, else the first of `$PATH`,
    /// `pg_config --bindir`, and the places where packages put them, newest first.
    ///
    /// # Errors
    /// [`Error::Programs`] when `STEPMARK_PG_BIN` is set to a directory that cannot be used, [`Error::Missing`]
    /// with everywhere that was searched when there is none.
    pub fn find(env: Environment<'_>) -> Result<Self> {
        if let Some(bindir) = env("STEPMARK_PG_BIN").filter(|value| !value.is_empty()) {
            return Self::at(Path::new(&bindir));
        }
        let (found, looked) = search(env);
        found.into_iter().next().ok_or(Error::Missing { looked })
    }

    /// [`Programs::find`] with this process's environment.
    ///
    /// # Errors
    /// As [`Programs::find`].
    pub fn find_here() -> Result<Self> {
        Self::find(&|name| std::env::var_os(name))
    }

    /// Every installation found, in the order of preference of [`Programs::find`].
    #[must_use]
    pub fn installed(env: Environment<'_>) -> Vec<Self> {
        let named = env("STEPMARK_PG_BIN").and_then(|bindir| Self::at(Path::new(&bindir)).ok());
        let mut found: Vec<Self> = named.into_iter().collect();
        for programs in search(env).0 {
            programs.join(&mut found);
        }
        found
    }

    /// The installation in one directory.
    ///
    /// # Errors
    /// [`Error::Programs`] when one of the five programs is not there, or `postgres --version` does not answer.
    pub fn at(bindir: &Path) -> Result<Self> {
        probe(bindir).map_err(|reason| Error::Programs {
            bindir: bindir.to_owned(),
            reason,
        })
    }

    /// The directory that holds the programs.
    #[must_use]
    pub fn bindir(&self) -> &Path {
        &self.bindir
    }

    /// The server's version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The path of `psql`: the program itself, not a distribution's wrapper.
    #[must_use]
    pub fn psql(&self) -> PathBuf {
        self.path(Program::Psql)
    }

    /// The path of `pg_dump`: the program itself, not a distribution's wrapper.
    #[must_use]
    pub fn pg_dump(&self) -> PathBuf {
        self.path(Program::PgDump)
    }

    pub(crate) fn path(&self, program: Program) -> PathBuf {
        self.bindir.join(program.name())
    }

    fn join(self, found: &mut Vec<Self>) {
        let here = self.bindir.canonicalize().ok();
        let known = |other: &Self| other.bindir.canonicalize().ok() == here;
        if !found.iter().any(known) {
            found.push(self);
        }
    }
}

fn search(env: Environment<'_>) -> (Vec<Programs>, Vec<Looked>) {
    let mut found = Vec::new();
    let mut looked = Vec::new();
    let path: Vec<PathBuf> = env("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    try_all("$PATH".to_owned(), &path, &mut found, &mut looked);

    let configured = path
        .iter()
        .find_map(|directory| configured_bindir(directory));
    let place = "`pg_config --bindir`".to_owned();
    let configured: Vec<PathBuf> = configured.into_iter().collect();
    try_all(place, &configured, &mut found, &mut looked);

    let mut packaged = Vec::new();
    for pattern in PLACES {
        try_all(
            pattern.to_owned(),
            &expand(pattern),
            &mut packaged,
            &mut looked,
        );
    }
    packaged.sort_by(|one, other| other.version.cmp(&one.version));
    for programs in packaged {
        programs.join(&mut found);
    }
    (found, looked)
}

fn try_all(
    place: String,
    directories: &[PathBuf],
    found: &mut Vec<Programs>,
    looked: &mut Vec<Looked>,
) {
    let mut reasons: Vec<String> = Vec::new();
    for directory in directories {
        match probe(directory) {
            Ok(programs) => programs.join(found),
            Err(reason) if reasons.contains(&reason) => {}
            Err(reason) => reasons.push(reason),
        }
    }
    if directories.is_empty() {
        reasons.push("nothing there".to_owned());
    }
    if !reasons.is_empty() {
        looked.push(Looked {
            place,
            reason: reasons.join("; "),
        });
    }
}

fn configured_bindir(directory: &Path) -> Option<PathBuf> {
    let output = Command::new(directory.join("pg_config"))
        .arg("--bindir")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let bindir = text.trim_end();
    (output.status.success() && !bindir.is_empty()).then(|| PathBuf::from(bindir))
}

fn probe(bindir: &Path) -> Result<Programs, String> {
    let bindir = std::path::absolute(bindir).map_err(|error| error.to_string())?;
    for program in Program::ALL {
        if !bindir.join(program.name()).is_file() {
            return Err(format!("no {}", program.name()));
        }
    }
    let postgres = bindir.join(Program::Postgres.name());
    let output = Command::new(&postgres)
        .arg("--version")
        .output()
        .map_err(|error| format!("{} does not start: {error}", postgres.display()))?;
    let version = Version::from_output(&String::from_utf8_lossy(&output.stdout));
    let version =
        version.ok_or_else(|| format!("{} --version prints no version", postgres.display()))?;
    Ok(Programs { bindir, version })
}

#[cfg(test)]
mod tests;
