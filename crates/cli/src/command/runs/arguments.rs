//! What `stepmark runs` can be told.

use std::path::PathBuf;

use clap::Args;

/// Which runs, and what to do with them.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark runs                                      every run this machine remembers, newest first
  stepmark runs migrations/ --failed --since 7d      what went wrong below a folder in the last week
  stepmark runs --runbook migrate --by ana --json    one JSON object a run
  stepmark runs --prune --keep 20 --younger 90d      remove what is neither among the newest 20 nor that young

Logs are not verified here: `stepmark verify RUN` does that. A pruned run leaves one line in pruned.jsonl beside the
others, with its head, so that the run after it still verifies.")]
pub struct RunsArguments {
    /// Where to look: a folder with runbooks in it, or a log directory. By default, what this machine remembers.
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Only runs of this runbook: its file's name with or without the ending, its path, or its title.
    #[arg(long, value_name = "NAME")]
    pub runbook: Option<String>,
    /// Only runs that began then or later: 2026-11-20, 2026-11-20T02:00:00Z, or an age: 90m, 24h, 7d.
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Only runs that did not come to a good end: a step failed, was refused, or the runner died.
    #[arg(long)]
    pub failed: bool,
    /// Only runs that left an outcome unknown.
    #[arg(long)]
    pub unknown: bool,
    /// Only runs of this user.
    #[arg(long, value_name = "USER")]
    pub by: Option<String>,
    /// Only runs on a database, host, connection or system identifier that contains this.
    #[arg(long, value_name = "TEXT")]
    pub target: Option<String>,
    /// Print one JSON object a line.
    #[arg(long, conflicts_with = "prune")]
    pub json: bool,
    /// Remove old runs for good. Unfinished ones and the newest of each runbook stay.
    #[arg(long)]
    pub prune: bool,
    /// With --prune: how many of the newest runs of each runbook stay.
    #[arg(long, value_name = "N", requires = "prune")]
    pub keep: Option<usize>,
    /// With --prune: runs that began less than this long ago stay: 90d.
    #[arg(long, value_name = "AGE", requires = "prune")]
    pub younger: Option<String>,
    /// With --prune: do not ask.
    #[arg(long, short, requires = "prune")]
    pub yes: bool,
}
