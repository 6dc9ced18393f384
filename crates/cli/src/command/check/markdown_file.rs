//! A file that may be a runbook.

use std::path::PathBuf;

/// A file that may be a runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MarkdownFile {
    /// Its path, as given or below a folder as given.
    pub(crate) path: PathBuf,
    /// Whether it was named itself, and not only the folder it stands in.
    pub(crate) is_named: bool,
}
