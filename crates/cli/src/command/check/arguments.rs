//! What `stepmark check` can be told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What to check, and how to say what was found.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark check migrate.md                    what is wrong with it, and where
  stepmark check runbooks/ --deny-warnings     every Markdown file below a folder, strictly
  stepmark check . --format github             annotations on the lines of a pull request

Exit codes: 0 no errors, 2 errors (with --deny-warnings: or warnings). Nothing is executed.")]
pub struct CheckArguments {
    /// Markdown files, or folders to look for them in (hidden ones, target and node_modules are passed over).
    #[arg(required = true, value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// For whom it is said.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// Exit with 2 when there are warnings, too.
    #[arg(long)]
    pub deny_warnings: bool,
    /// Draw with ASCII signs only.
    #[arg(long)]
    pub ascii: bool,
}

/// For whom diagnostics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// People: the line, what is wrong with it, what to type instead.
    Human,
    /// Programs: one JSON object a line for each diagnostic.
    Json,
    /// GitHub Actions: workflow commands that annotate the lines.
    Github,
}
