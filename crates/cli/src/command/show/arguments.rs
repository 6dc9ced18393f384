//! What `stepmark show` can be told.

use clap::Args;

use crate::arguments::ScreenArguments;

/// Which run, and how.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark show last                 the screen over the last run, record by record
  stepmark show 20261120T02 --plain  the same as lines
  stepmark show last | less          without a terminal, too

Nothing is executed, and the log is not verified: `stepmark verify RUN` does that.")]
pub struct ShowArguments {
    /// A run id, a unique prefix of one, a run's directory, or `last`.
    #[arg(value_name = "RUN")]
    pub run: String,
    /// How it is shown.
    #[command(flatten)]
    pub screen: ScreenArguments,
}
