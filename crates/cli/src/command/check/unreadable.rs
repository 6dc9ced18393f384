//! A file or folder that could not be read.

use std::io;
use std::path::{Path, PathBuf};

/// A file or folder that could not be read; counts as an error of that file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Which.
    pub(crate) path: PathBuf,
    /// The operating system's reason, without its number.
    pub(crate) reason: String,
}

impl Unreadable {
    pub(crate) fn new(path: &Path, error: &io::Error) -> Self {
        let text = error.to_string();
        let reason = text.split(" (os error").next().unwrap_or(&text);
        Self {
            path: path.to_owned(),
            reason: reason.to_owned(),
        }
    }

    /// The whole sentence, a lower-case fragment.
    pub(crate) fn message(&self) -> String {
        format!("cannot read {}: {}", self.path.display(), self.reason)
    }
}
