//! What one shell step leaves for the next: exported variables, bash's functions, working directory, umask. Kept in one file
//! that is replaced whole, so that a step that fails or dies leaves the state of the step before it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::environment::is_never_carried;
use super::exports::parse_exports;
use crate::redact::Redactor;

const FILE: &str = "carried";
const FILE_NEW: &str = "carried.new";
const MAGIC: &[u8] = b"stepmark shell state 1";
const END: &[u8] = b"end of state";

/// The state at the end of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Carried {
    /// Exported variables.
    pub(super) variables: BTreeMap<String, OsString>,
    /// Names whose values the step got from us: they are not among the variables, the ambient value counts again.
    pub(super) withheld: BTreeSet<String>,
    /// Functions, as bash prints them.
    pub(super) functions: Vec<u8>,
    /// The working directory.
    pub(super) folder: PathBuf,
    /// The umask.
    pub(super) umask: u32,
}

/// Forgets the state kept in the folder `state`, so that the next step starts as the first one did.
///
/// # Errors
/// The file is there and cannot be removed.
pub fn forget(state: &Path) -> io::Result<()> {
    match fs::remove_file(state.join(FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Carried {
    /// Where the state of the folder `state` is kept.
    pub(super) fn file(state: &Path) -> PathBuf {
        state.join(FILE)
    }

    /// Makes the folder if it is missing, 0700.
    pub(super) fn make_folder(state: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(state)
    }

    /// Reads the state; none when no step has left one yet.
    pub(super) fn load(state: &Path) -> io::Result<Option<Self>> {
        let bytes = match fs::read(Self::file(state)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read?,
        };
        match Self::parse(&bytes) {
            Some(carried) => Ok(Some(carried)),
            None => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it is damaged or from another version",
            )),
        }
    }

    /// Writes the state in place of the one before, and returns when it is on stable storage: when the machine goes down, steps
    /// whose outcome is on record have left what they left.
    pub(super) fn store(&self, state: &Path) -> io::Result<()> {
        let new = state.join(FILE_NEW);
        if let Err(error) = fs::remove_file(&new)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(&self.to_bytes())?;
        file.sync_all()?;
        fs::rename(&new, Self::file(state))?;
        File::open(state)?.sync_all()
    }

    /// Reads what the shell's own builtins printed at its end (see [`super::save`]); none when that is not complete.
    pub(super) fn from_shell(
        printed: &[u8],
        before: Option<&Self>,
        withheld: BTreeSet<String>,
    ) -> Option<Self> {
        let mut fields = printed.split(|&byte| byte == 0);
        let umask = parse_umask(fields.next()?)?;
        let folder = OsString::from_vec(fields.next()?.to_vec());
        let functions = fields.next()?;
        let exports = fields.next()?;
        let kept = fields.next()?;
        if kept != b"functions" && kept != b"no functions" {
            return None;
        }
        let variables = parse_exports(exports)
            .into_iter()
            .filter(|(name, _)| !is_never_carried(name) && !withheld.contains(name))
            .collect();
        Some(Self {
            variables,
            withheld,
            functions: if kept == b"functions" {
                functions.to_vec()
            } else {
                before
                    .map(|before| before.functions.clone())
                    .unwrap_or_default()
            },
            folder: folder.into(),
            umask,
        })
    }

    /// Leaves out what holds a secret, since the state lies on disk, and says what the next step will miss. Of a variable it gets
    /// what our own environment has under that name, of the functions and the working directory those of the step `before`, or
    /// where the first step starts.
    pub(super) fn without_secrets(
        &mut self,
        (before, first_folder): (Option<&Self>, &Path),
        redactor: &Redactor,
    ) -> Vec<String> {
        let holds = |bytes: &[u8]| redactor.is_in(&String::from_utf8_lossy(bytes));
        let (secret, plain) = std::mem::take(&mut self.variables)
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(_, value)| holds(value.as_bytes()));
        self.variables = plain;
        self.withheld.extend(secret.keys().cloned());
        let missed =
            |(name, value): &(String, OsString)| std::env::var_os(name).as_ref() != Some(value);
        let mut left_out: Vec<String> = secret
            .into_iter()
            .filter(missed)
            .map(|(name, _)| name)
            .collect();
        if holds(&self.functions) {
            self.functions = before.map_or_else(Vec::new, |before| before.functions.clone());
            left_out.push("a function of the step".to_owned());
        }
        if holds(self.folder.as_os_str().as_bytes()) {
            self.folder = before
                .map_or(first_folder, |before| &before.folder)
                .to_owned();
            left_out.push("the working directory".to_owned());
        }
        left_out
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut field = |parts: &[&[u8]]| {
            parts.iter().for_each(|part| bytes.extend_from_slice(part));
            bytes.push(0);
        };
        field(&[MAGIC]);
        field(&[format!("{:o}", self.umask).as_bytes()]);
        field(&[self.folder.as_os_str().as_bytes()]);
        field(&[&self.functions]);
        field(&[self
            .withheld
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
            .as_bytes()]);
        for (name, value) in &self.variables {
            field(&[name.as_bytes(), b"=", value.as_bytes()]);
        }
        field(&[END]);
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_suffix(b"\0")?;
        let mut fields = bytes.split(|&byte| byte == 0);
        if fields.next()? != MAGIC {
            return None;
        }
        let umask = parse_umask(fields.next()?)?;
        let folder = PathBuf::from(OsString::from_vec(fields.next()?.to_vec()));
        let functions = fields.next()?.to_vec();
        let withheld = std::str::from_utf8(fields.next()?).ok()?;
        let mut variables = BTreeMap::new();
        let mut ended = false;
        for field in fields {
            if ended {
                return None;
            }
            match field.iter().position(|&byte| byte == b'=') {
                Some(at) => {
                    let name = String::from_utf8(field[..at].to_vec()).ok()?;
                    variables.insert(name, OsString::from_vec(field[at + 1..].to_vec()));
                }
                None if field == END => ended = true,
                None => return None,
            }
        }
        ended.then(|| Self {
            variables,
            withheld: withheld.split_whitespace().map(str::to_owned).collect(),
            functions,
            folder,
            umask,
        })
    }
}

fn parse_umask(printed: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(printed).ok()?.trim();
    u32::from_str_radix(text, 8)
        .ok()
        .filter(|umask| *umask <= 0o777)
}

#[cfg(test)]
mod tests {
    use super::Carried;

    fn sample() -> Carried {
        Carried {
            variables: [("A", "x\ny='z'"), ("B", "")]
                .map(|(name, value)| (name.to_owned(), value.into()))
                .into(),
            withheld: ["app_db".to_owned(), "x".to_owned()].into(),
            functions: b"f () \n{ \n    true\n}\n".to_vec(),
            folder: "/tmp/a b\n".into(),
            umask: 0o027,
        }
    }

    #[test]
    fn what_is_stored_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Carried::load(folder.path()).unwrap(), None);
        sample().store(folder.path()).unwrap();
        assert_eq!(Carried::load(folder.path()).unwrap(), Some(sample()));
    }

    #[test]
    fn a_torn_file_is_refused_at_every_length() {
        let bytes = sample().to_bytes();
        for length in 0..bytes.len() {
            assert_eq!(
                Carried::parse(&bytes[..length]),
                None,
                "{length} of {}",
                bytes.len()
            );
        }
    }
}
