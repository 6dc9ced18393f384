//! What a step leaves to the next one: reads it from where the shell left it, and keeps it, or says why not.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use super::carried::Carried;
use super::environment;
use super::shell_work::ShellWork;
use crate::redact::Redactor;

const LOST: &str = "the next step starts from the state before this one";
const STATE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// What is needed to keep a step's state.
#[derive(Debug)]
pub(super) struct Legacy {
    state: PathBuf,
    withheld: BTreeSet<String>,
    redactor: Redactor,
    /// Where the runbook's first step starts.
    folder: PathBuf,
    /// Whether this one started elsewhere by its own `cwd=`, which is not carried on.
    starts_elsewhere: bool,
}

impl Legacy {
    /// What is needed after `work`.
    pub(super) fn of(work: &ShellWork) -> Self {
        Self {
            state: work.state.clone(),
            withheld: environment::withheld(&work.variables),
            redactor: work.redactor.clone(),
            folder: work.folder.clone(),
            starts_elsewhere: work.starts_in.is_some(),
        }
    }

    /// Keeps what the shell left, in place of what was there `before`; why not, in words.
    pub(super) fn keep(self, left: Option<&File>, before: Option<&Carried>) -> Option<String> {
        let printed = match read(left?) {
            Ok(printed) => printed,
            Err(error) => {
                return Some(format!("the shell's state cannot be read: {error}; {LOST}"));
            }
        };
        if printed.is_empty() {
            return Some(format!(
                "the shell did not leave its state, because the step replaced it with exec, set its own EXIT trap or \
                 removed its working directory; {LOST}"
            ));
        }
        let Some(mut carried) = Carried::from_shell(&printed, before, self.withheld) else {
            return Some(format!(
                "the shell was interrupted while it left its state; {LOST}"
            ));
        };
        if !carried.folder.is_dir() {
            return Some(format!(
                "the step removed its working directory {}; {LOST}",
                carried.folder.display()
            ));
        }
        if self.starts_elsewhere {
            carried.folder = before.map_or(&self.folder, |before| &before.folder).clone();
        }
        let left_out = carried.without_secrets((before, &self.folder), &self.redactor);
        if before == Some(&carried) {
            return secrets_kept_back(&left_out);
        }
        match carried.store(&self.state) {
            Ok(()) => secrets_kept_back(&left_out),
            Err(error) => Some(format!(
                "the shell's state cannot be kept in {}: {error}; {LOST}",
                self.state.display()
            )),
        }
    }
}

/// What a shell left in `state`, whole.
fn read(state: &File) -> io::Result<Vec<u8>> {
    let length = state.metadata()?.len().min(STATE_BYTES_MAX);
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    state.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

/// What the next step will miss because no file may hold it.
fn secrets_kept_back(left_out: &[String]) -> Option<String> {
    (!left_out.is_empty()).then(|| {
        format!(
            "{} would put a secret on disk, and only that is left out; make it again in the step that needs it",
            left_out.join(", ")
        )
    })
}
