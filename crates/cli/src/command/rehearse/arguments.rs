//! What `stepmark rehearse` can be told.

use std::path::PathBuf;

use clap::Args;

/// How to rehearse a runbook.
#[derive(Args, Debug)]
#[command(
    after_help = "The clusters are those of `rehearsal:` in the front matter. The runbook is run on them up to the first `no-return`
step, rolled back, compared with what was there before (schema, rows, roles, settings, slots), then run again to the end.
Manual steps are ticked and questions answered by the rehearsal; `live` steps are not run; secrets are made up.

Examples:
  stepmark rehearse migrate.md                              there, back, and to the end
  stepmark rehearse migrate.md --every-step                 each undo on its own too, also after half of its step
  stepmark rehearse migrate.md --schema-from source=postgresql://db1/shop
  stepmark rehearse migrate.md --set size=1000000 --keep    look inside afterwards
  stepmark rehearse migrate.md --json                       the result for programs

Exit codes: 0 everything holds, 1 the proof failed or a step did, 2 usage or invalid runbook, 3 refused, 4 stopped."
)]
pub struct RehearseArguments {
    /// The Markdown file.
    pub file: PathBuf,
    /// Give an input its value, or what a manual step captures: as it stands, as a file's text, or @@TEXT for @TEXT.
    #[arg(long, value_name = "NAME=VALUE|NAME=@FILE")]
    pub set: Vec<String>,
    /// Set a connection's cluster up with the schema of a real database, without its rows; NAME alone takes the runbook's
    /// own address.
    #[arg(long, value_name = "NAME[=URL]")]
    pub schema_from: Vec<String>,
    /// Try each step that has an undo on its own too: broken off half-way and undone, run and undone, and run again.
    #[arg(long)]
    pub every_step: bool,
    /// Leave the clusters running, and say where they are and how to end them.
    #[arg(long)]
    pub keep: bool,
    /// Where the runs' directories go, instead of .stepmark beside the runbook; else STEPMARK_LOG_DIR says where.
    #[arg(long, value_name = "DIR")]
    pub log_dir: Option<PathBuf>,
    /// Print the result as one JSON object; what goes on is told on stderr.
    #[arg(long)]
    pub json: bool,
}
