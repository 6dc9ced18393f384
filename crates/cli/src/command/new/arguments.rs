//! What `stepmark new` can be told.

use std::path::PathBuf;

use clap::Args;

/// What to write.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark new migrate                                     a small runbook to fill, as migrate.md
  stepmark new runbooks/move-shop --from fdw-move          one of the built-in procedures, with its fixtures
  stepmark new --list                                      the templates there are

Nothing that exists is overwritten, and nothing is executed.")]
pub struct NewArguments {
    /// The runbook's file; .md is added where it is missing.
    #[arg(value_name = "NAME", required_unless_present = "list")]
    pub name: Option<PathBuf>,
    /// What to begin with; `blank` when left out.
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "list")]
    pub from: Option<String>,
    /// List the templates, and write nothing.
    #[arg(long, conflicts_with = "name")]
    pub list: bool,
}
