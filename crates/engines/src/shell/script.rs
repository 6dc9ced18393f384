//! Where the text of a step is put so that its program can read it. Does not start the program.
//!
//! Most programs read it from memory, by the number of a descriptor. Some want a file with a name of their language, or
//! resolve the path they are given; they get a private file that is removed after the step.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Programs that cannot read a descriptor, and what their files end in.
const NEEDS_FILE: [(&str, &str); 9] = [
    ("node", ".js"),
    ("nodejs", ".js"),
    ("bun", ".ts"),
    ("deno", ".ts"),
    ("ts-node", ".ts"),
    ("tsx", ".ts"),
    ("go", ".go"),
    ("java", ".java"),
    ("pwsh", ".ps1"),
];

const FOLDER: &str = "scripts";

/// The text of a step, where its program finds it.
#[derive(Debug)]
pub(super) enum Script {
    /// In memory, by the number of a descriptor that the program inherits.
    Memory(File),
    /// On standard input: the program's last argument is `-`.
    Input(File),
    /// In a file.
    File(ScriptFile),
}

/// A private file, removed when dropped.
#[derive(Debug)]
pub(super) struct ScriptFile(PathBuf);

impl Script {
    /// Puts the text where `program`, a program with its arguments, can read it. `memory` makes a file in memory.
    pub(super) fn for_program(
        program: &[String],
        (state, tag): (&Path, &str),
        text: &str,
        memory: impl FnOnce() -> io::Result<File>,
    ) -> io::Result<Self> {
        if program.len() > 1 && program.last().is_some_and(|last| last == "-") {
            return memory().map(Self::Input);
        }
        let name = program.first().and_then(|path| Path::new(path).file_name());
        let ending = NEEDS_FILE
            .iter()
            .find(|(known, _)| name.is_some_and(|name| name == *known));
        match ending {
            None => memory().map(Self::Memory),
            Some((_, ending)) => ScriptFile::write(state, tag, ending, text).map(Self::File),
        }
    }

    /// The path that the program is given; none when it reads its standard input.
    pub(super) fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Memory(file) => Some(format!("/dev/fd/{}", file.as_raw_fd()).into()),
            Self::Input(_) => None,
            Self::File(ScriptFile(path)) => Some(path.clone()),
        }
    }
}

impl ScriptFile {
    fn write(state: &Path, tag: &str, ending: &str, text: &str) -> io::Result<Self> {
        let folder = state.join(FOLDER);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        let path = folder.join(format!("{tag}{ending}"));
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        let script = Self(path);
        file.write_all(text.as_bytes())?;
        Ok(script)
    }
}

impl Drop for ScriptFile {
    fn drop(&mut self) {
        // What cannot be removed lies in a private folder of the run and holds no secret.
        let _ = fs::remove_file(&self.0);
    }
}
