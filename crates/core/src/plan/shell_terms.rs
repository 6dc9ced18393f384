//! How a shell step is run.

use std::path::PathBuf;

/// How a shell step is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellTerms {
    /// `interactive`: it gets the terminal.
    pub interactive: bool,
    /// `background`: it stays up until the run ends, or a step stops it.
    pub background: bool,
    /// `interpreter=`: the program that reads the text, with its arguments, for [`super::Interpreter::Other`].
    pub program: Vec<String>,
    /// `cwd=`: where it starts; relative to the runbook's folder.
    pub folder: Option<PathBuf>,
}
