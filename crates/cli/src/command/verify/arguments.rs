//! What `stepmark verify` can be told.

use std::path::PathBuf;

use clap::Args;

/// Which run, and by what to check it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark verify last
  stepmark verify 20261120T0214 --allowed-signers signers    the run must be signed by one of these keys
  stepmark verify last --json                                each claim, what came of it, and where

Exit codes: 0 nothing is broken, 1 something is, 2 there is no such run. What cannot be shown is named and is not an error: an unfinished run, a
report that is not there. With --allowed-signers a run without a good signature is broken.")]
pub struct VerifyArguments {
    /// A run id, a unique prefix of one, a run's directory, which is called by the id, or `last`.
    #[arg(value_name = "RUN")]
    pub run: String,
    /// Who may have signed: a file as `ssh-keygen -Y verify` takes it, a name and a public key a line.
    #[arg(long, value_name = "FILE")]
    pub allowed_signers: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}
