//! Where things are kept on this machine.

use std::path::{Path, PathBuf};

/// Folders of the user, taken from the environment once.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    /// `$XDG_STATE_HOME/stepmark`, else `~/.local/state/stepmark`; none without a home.
    pub(crate) state: Option<PathBuf>,
    /// Where `.stepmark` is looked for first.
    pub(crate) here: PathBuf,
}

impl Folders {
    /// The folders of this process.
    pub(crate) fn here() -> Self {
        let variable = |name| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let home = variable("HOME").map(|home| home.join(".local/state"));
        Self {
            state: variable("XDG_STATE_HOME")
                .or(home)
                .map(|folder| folder.join("stepmark")),
            here: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        }
    }

    /// The folder of all runs of the runbook called `stem` in `folder`.
    pub(crate) fn runs(folder: &Path, stem: &str, log_dir: Option<&Path>) -> PathBuf {
        match log_dir {
            Some(given) => given.join(stem),
            None => folder.join(".stepmark").join(stem),
        }
    }
}
