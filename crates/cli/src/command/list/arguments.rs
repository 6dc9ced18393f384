//! What `stepmark list` can be told.

use std::path::PathBuf;

use clap::Args;

/// What to list.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark list migrate.md           its steps, and where the last run left each
  stepmark list runbooks/            every runbook below a folder, with its last run
  stepmark list runbooks/ --json     the same, one JSON object a line

Nothing is executed, and logs are not verified: `stepmark verify RUN` does that.")]
pub struct ListArguments {
    /// A Markdown file, or a folder to look for runbooks in.
    #[arg(value_name = "FILE|DIR")]
    pub path: PathBuf,
    /// Print JSON: one object for a file, one a line for a folder.
    #[arg(long)]
    pub json: bool,
    /// Where the runs' directories are, instead of .stepmark beside each runbook; else STEPMARK_LOG_DIR says where.
    #[arg(long, value_name = "DIR")]
    pub log_dir: Option<PathBuf>,
}
