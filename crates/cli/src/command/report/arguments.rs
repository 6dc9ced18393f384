//! What `stepmark report` can be told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Which run, and how to tell of it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark report last                       as Markdown
  stepmark report last -o migration.html     one HTML file: opens anywhere, prints well, asks for nothing
  stepmark report last --format json         for programs

The report is derived from the log; `stepmark verify RUN` checks the log itself.")]
pub struct ReportArguments {
    /// A run id, a unique prefix of one, a run's directory, or `last`.
    #[arg(value_name = "RUN")]
    pub run: String,
    /// How to spell it; by default as the file's ending says, else Markdown.
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
    /// Write it to this file, readable by you alone, instead of printing it.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How a report is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Markdown.
    Md,
    /// One HTML file.
    Html,
    /// One JSON object.
    Json,
}

impl ReportArguments {
    /// The format that is asked for.
    pub(super) fn format(&self) -> ReportFormat {
        let ending = self.output.as_ref().and_then(|file| file.extension());
        let named = ending.and_then(|ending| match ending.to_str()? {
            "html" | "htm" => Some(ReportFormat::Html),
            "json" => Some(ReportFormat::Json),
            _ => None,
        });
        self.format.or(named).unwrap_or(ReportFormat::Md)
    }
}
