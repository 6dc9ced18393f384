//! The operating-system account a server runs under: ours, or an unprivileged one when we are root.

use crate::{Error, Result};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Who runs initdb and the server. Both refuse to be root.
#[derive(Clone, Debug)]
pub(crate) enum Account {
    Own,
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    pub(crate) fn for_server() -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(Self::named)
            .ok_or(Error::Account)
    }

    /// Makes `command` run under this account. The standard library empties the supplementary groups whenever
    /// root sets a uid.
    pub(crate) fn apply(&self, command: &mut Command) {
        if let Self::Other { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
    }

    pub(crate) fn give(&self, path: &Path) -> io::Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid, .. } => std::os::unix::fs::lchown(path, Some(*uid), Some(*gid)),
        }
    }

    fn named(name: &str) -> Option<Self> {
        Some(Self::Other {
            name: name.to_owned(),
            uid: number("-u", name).filter(|uid| *uid != 0)?,
            gid: number("-g", name)?,
        })
    }
}

fn number(flag: &str, name: &str) -> Option<u32> {
    let output = Command::new("id").args([flag, name]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim_end().parse().ok()
}
