//! What `stepmark config` can be told.

use clap::{Args, ValueEnum};

use crate::arguments::SettingArguments;

/// What to do about the settings.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark config             every setting, its value, and where that comes from
  stepmark config path        where the settings file is
  stepmark config init        write one with every setting in it, commented out

Settings are flags, then environment variables (STEPMARK_THEME, STEPMARK_MOUSE, STEPMARK_ASCII, STEPMARK_PLAIN,
STEPMARK_LOG_DIR, STEPMARK_SIGN), then the file: STEPMARK_CONFIG, else $XDG_CONFIG_HOME/stepmark/config.toml, else
~/.config/stepmark/config.toml. It holds no secrets, and nothing that makes a run less safe.")]
pub struct ConfigArguments {
    /// What to do; without it, every setting is printed.
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Option<ConfigWhat>,
    /// Those of `run`, to see what they would mean.
    #[command(flatten)]
    pub settings: SettingArguments,
}

/// What to do about the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConfigWhat {
    /// Print where the settings file is, also where there is none yet.
    Path,
    /// Write an example there, unless there is a file.
    Init,
}
