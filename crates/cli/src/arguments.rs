//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser};
use stepmark_tui::{Keys, Theme};

use crate::command::check::CheckArguments;
use crate::command::completions::{CompletionsArguments, ManArguments};
use crate::command::config::ConfigArguments;
use crate::command::graph::GraphArguments;
use crate::command::list::ListArguments;
use crate::command::new::NewArguments;
use crate::command::rehearse::RehearseArguments;
use crate::command::report::ReportArguments;
use crate::command::runs::RunsArguments;
use crate::command::show::ShowArguments;
use crate::command::verify::VerifyArguments;

/// Executable Markdown runbooks for PostgreSQL and the shell.
///
/// Every sql and bash fence of a Markdown file is a step. Each runs on a keypress, and every outcome is on disk
/// before it is on the screen. No telemetry: nothing is sent anywhere but to the databases you name.
#[derive(Debug, Parser)]
#[command(
    name = "stepmark",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "Examples:
  stepmark demo                          a guided runbook on a throwaway PostgreSQL
  stepmark migrate.md                    open a runbook in the terminal (same as `stepmark run migrate.md`)
  stepmark run migrate.md --connect postgresql://app@db.example/shop
  stepmark check runbooks/               what is wrong with the runbooks of a folder
  stepmark verify last                   check the log of the newest run

Exit codes:
   0  done                           4  stopped
   1  a step or a proof failed      70  our bug
   2  usage, or invalid runbook     74  the journal could not be written
   3  refused                       75  an outcome is unknown: `stepmark resume` settles it"
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Subcommand,
}

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Run a runbook: in the terminal, or headless with --yes or --json or where stdin or stdout is no terminal.
    Run(RunArguments),
    /// Take up a run that did not come to its end: after a failure, a crash, or Ctrl-C.
    Resume(ResumeArguments),
    /// Undo what a run did, newest first, with the steps that its runbook has for that.
    Rollback(RollbackArguments),
    /// Prove a runbook and its undo on throwaway clusters: there, all the way back, and to the end.
    Rehearse(RehearseArguments),
    /// Say what is wrong with runbooks, as a compiler does; nothing is executed.
    Check(CheckArguments),
    /// Draw which step needs which: as Mermaid, for Graphviz, or as JSON.
    Graph(GraphArguments),
    /// List the steps of a runbook, or the runbooks of a folder, with what the last run did.
    List(ListArguments),
    /// Write a runbook to begin with, from a template.
    New(NewArguments),
    /// A guided runbook on a throwaway PostgreSQL.
    Demo(DemoArguments),
    /// What was run, by whom, where, and how it came out; removes old runs.
    Runs(RunsArguments),
    /// Show a run that was, step by step: on the screen, or as lines.
    Show(ShowArguments),
    /// Tell what a run did: as Markdown, as one HTML file, or as JSON.
    Report(ReportArguments),
    /// Check that a run's log is whole and unchanged; exit 0 only if everything holds.
    Verify(VerifyArguments),
    /// Say what is missing on this machine: programs, terminal, disk, permissions, connections.
    Doctor(DoctorArguments),
    /// Say which settings there are, what each is worth, and where that comes from.
    Config(ConfigArguments),
    /// Print what a shell completes stepmark's arguments by.
    Completions(CompletionsArguments),
    /// Print the manual page, or write one for each command.
    Man(ManArguments),
}

/// How to run a runbook.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark run migrate.md                                  connection from DATABASE_URL or PG* variables
  stepmark run migrate.md --connect 'host=/run/postgresql dbname=shop'
  stepmark run migrate.md --connect source=postgresql://db1/shop --connect destination=postgresql://db2/shop
  stepmark run migrate.md --scratch                        on throwaway clusters
  stepmark run migrate.md --set app_db=shop --set repl_password=@secret.txt
  stepmark run migrate.md --yes --until backup             headless, up to a step
  stepmark run migrate.md --yes --environment production   headless, where the runbook asks for that word")]
pub struct RunArguments {
    /// The Markdown file.
    pub file: PathBuf,
    /// Where a connection leads: a postgresql:// URL or libpq keywords; NAME= before it names one of several.
    #[arg(long, value_name = "[NAME=]URL", conflicts_with = "scratch")]
    pub connect: Vec<String>,
    /// Start throwaway clusters for the run instead of using real servers: those of the runbook's `rehearsal:`, else one.
    #[arg(long)]
    pub scratch: bool,
    /// SQL file to set up the throwaway cluster with.
    #[arg(long, value_name = "FILE", requires = "scratch")]
    pub fixture: Option<PathBuf>,
    /// The rest of the terms.
    #[command(flatten)]
    pub terms: TermArguments,
}

/// What is agreed beforehand.
#[derive(Args, Debug, Default)]
pub struct TermArguments {
    /// Run headless; answer plain questions with yes and tick manual steps, recorded as given by this flag.
    #[arg(long, short, conflicts_with = "plain")]
    pub yes: bool,
    /// Give the text of a typed confirmation beforehand.
    #[arg(long, value_name = "STEP=TEXT")]
    pub confirm: Vec<String>,
    /// Give an input its value, or what a manual step captures: as it stands, as a file's text, or @@TEXT for @TEXT.
    #[arg(long, value_name = "NAME=VALUE|NAME=@FILE")]
    pub set: Vec<String>,
    /// Say which environment the run is meant for, where the runbook names one; production needs it said.
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Put the run down after this step.
    #[arg(long, value_name = "STEP")]
    pub until: Option<String>,
    /// What follows a failed step when nobody is there.
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub on_failure: OnFailureArgument,
    /// Do not lock the databases against other runs of stepmark.
    #[arg(long)]
    pub no_target_lock: bool,
    /// Run headless and print the records, one JSON object a line.
    #[arg(long, conflicts_with = "plain")]
    pub json: bool,
    /// What the settings say too.
    #[command(flatten)]
    pub settings: SettingArguments,
}

/// What the settings say too; a flag goes before them.
#[derive(Args, Clone, Debug, Default)]
pub struct SettingArguments {
    /// Where the run's directory goes, instead of .stepmark beside the runbook; else STEPMARK_LOG_DIR says where.
    #[arg(long, value_name = "DIR")]
    pub log_dir: Option<PathBuf>,
    /// Sign the log with this OpenSSH key when the run ends, else with that of STEPMARK_SIGN; its .pub file does where the
    /// agent has the key.
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,
    /// How it is shown.
    #[command(flatten)]
    pub screen: ScreenArguments,
}

/// How a run is shown.
#[derive(Args, Clone, Debug, Default)]
pub struct ScreenArguments {
    /// Draw with ASCII signs only.
    #[arg(long)]
    pub ascii: bool,
    /// Leave the mouse to the terminal.
    #[arg(long)]
    pub no_mouse: bool,
    /// In lines, asked with numbered answers, instead of on the screen: for screen readers, logs and TERM=dumb.
    #[arg(long)]
    pub plain: bool,
    /// The same, as a wish of the settings: it asks for nothing where nobody is to be asked.
    #[arg(skip)]
    pub prefers_plain: bool,
    /// Which background the colours are for.
    #[arg(skip)]
    pub theme: Theme,
    /// Which keys the screen has beside or instead of the usual ones.
    #[arg(skip)]
    pub keys: Keys,
}

/// How to go on with a run.
#[derive(Args, Debug)]
#[command(
    after_help = "What is done stays done; a step whose outcome is unknown is settled first: by the server, its probe, or you.

Examples:
  stepmark resume                          the last run of this folder that did not come to its end
  stepmark resume 20261120T02 --yes        headless, by the beginning of its id
  stepmark resume last --connect 'host=/run/postgresql dbname=shop'
  stepmark resume last --yes --resolve 'copy=done:the rows are there'
  stepmark resume --orphans kill           end processes of the dead runner's step first"
)]
pub struct ResumeArguments {
    /// Say what a step of unknown outcome did, and how you know; recorded as your decision, given by flag.
    #[arg(long, value_name = "STEP=done:REASON|STEP=not-done:REASON")]
    pub resolve: Vec<String>,
    /// Which run, and how.
    #[command(flatten)]
    pub take_up: TakeUpArguments,
}

/// How to take a run up.
#[derive(Args, Debug)]
pub struct TakeUpArguments {
    /// A run id, a unique prefix of one, a run's directory, or `last`; this folder's last unfinished run when left out.
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
    /// Where a connection leads, as for `run`; it must be where it led before.
    #[arg(long, value_name = "[NAME=]URL")]
    pub connect: Vec<String>,
    /// What becomes of processes that outlived the runner of their step; asked for when left out.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub orphans: Option<Orphans>,
    /// Go on with the runbook as it is now, where nothing that was tried differs.
    #[arg(long)]
    pub accept_changes: bool,
    /// The rest of the terms.
    #[command(flatten)]
    pub terms: TermArguments,
}

/// What becomes of processes that outlived the runner of their step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Orphans {
    /// Wait until they are gone.
    Wait,
    /// End them: SIGTERM, then SIGKILL.
    Kill,
    /// They are meant to go on.
    Accept,
}

/// How to undo a run.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark rollback last                   all that has an undo, newest first
  stepmark rollback last --to add-column   only down to that step
  stepmark rollback 20261120T02 --yes      headless")]
pub struct RollbackArguments {
    /// Undo down to this step, and leave what was done before it.
    #[arg(long, value_name = "STEP")]
    pub to: Option<String>,
    /// Which run, and how.
    #[command(flatten)]
    pub take_up: TakeUpArguments,
}

/// What follows a failed step when nobody is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum OnFailureArgument {
    /// The run is put down.
    #[default]
    Stop,
    /// What it did is undone first, newest first.
    Rollback,
}

/// How to run the demo.
#[derive(Args, Debug)]
pub struct DemoArguments {
    /// The terms of the run.
    #[command(flatten)]
    pub terms: TermArguments,
}

/// What to look at.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark doctor                                          programs, terminal, disk, settings, the default connection
  stepmark doctor migrate.md                               and what that runbook requires and connects to
  stepmark doctor migrate.md --connect source=postgresql://db1/shop

Exit code 1 where something is missing. Nothing is executed, and nothing that is made stays.")]
pub struct DoctorArguments {
    /// The runbook whose folder, tools and connections are looked at.
    pub file: Option<PathBuf>,
    /// A connection to try, as for `run`; without a runbook any name does.
    #[arg(long, value_name = "[NAME=]URL")]
    pub connect: Vec<String>,
}

/// Whether some command has a flag of that name.
pub(crate) fn is_flag(name: &str) -> bool {
    let command = Arguments::command();
    let mut subcommands = command.get_subcommands();
    subcommands.any(|one| {
        one.get_arguments()
            .any(|known| known.get_long() == Some(name))
    })
}

/// `stepmark FILE` means `stepmark run FILE`: puts the word in when the first argument is a Markdown file.
pub(crate) fn with_run(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let is_file = arguments.get(1).is_some_and(|first| {
        let text = first.to_string_lossy();
        let markdown = [".md", ".markdown"].iter().any(|end| text.ends_with(end));
        !text.starts_with('-') && (markdown || text.contains('/'))
    });
    if is_file {
        arguments.insert(1, "run".into());
    }
    arguments
}
