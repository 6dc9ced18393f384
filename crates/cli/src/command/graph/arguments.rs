//! What `stepmark graph` can be told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Which runbook's graph, in which language.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  stepmark graph migrate.md                            as Mermaid, for a fence in a Markdown page
  stepmark graph migrate.md --format dot | dot -Tsvg   as a picture, with Graphviz
  stepmark graph migrate.md --format json              nodes and edges for programs")]
pub struct GraphArguments {
    /// The Markdown file.
    pub file: PathBuf,
    /// The language it is written in.
    #[arg(long, value_enum, default_value_t = GraphFormat::Mermaid)]
    pub format: GraphFormat,
}

/// The language a graph is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// Mermaid, which forges draw.
    Mermaid,
    /// Graphviz.
    Dot,
    /// One JSON object.
    Json,
}
