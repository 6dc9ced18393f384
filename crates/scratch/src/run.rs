//! Running a program to its end and judging its exit. Knows no program in particular.

use crate::program::Program;
use crate::{Error, Result};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const END_BYTES_MAX: u64 = 16 * 1024;

/// Runs a program with `text` as its input.
pub(crate) fn fed(command: &mut Command, text: &str) -> io::Result<Output> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        // psql stops reading at the first error, so a broken pipe says nothing its exit code does not.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(text.as_bytes())));
        child.wait_with_output()
    })
}

/// What a program printed when it succeeded.
///
/// # Errors
/// [`Error::Failed`] with all it printed.
pub(crate) fn checked(program: Program, output: &Output) -> Result<String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    Err(Error::Failed {
        program: program.name(),
        status: output.status.to_string(),
        output: said,
    })
}

/// The last bytes of a file, enough for an error message.
pub(crate) fn end_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(END_BYTES_MAX);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
