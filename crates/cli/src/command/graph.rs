//! `stepmark graph`.

mod arguments;
mod dot;
mod edge;
mod json;
mod label;
mod mermaid;
#[cfg(test)]
mod tests;

use stepmark_parse::Severity;

pub(crate) use arguments::{GraphArguments, GraphFormat};
use dot::dot;
use mermaid::mermaid;

use super::check::{self, CheckedFile};
use crate::diagnostics::json_text;
use crate::say::say_on_stdout;
use crate::{Complaint, Exit};

/// Prints a runbook's graph. One with errors is drawn as far as it is understood, and the exit code says so.
pub(crate) fn graph(arguments: &GraphArguments) -> Result<Exit, Complaint> {
    let file = CheckedFile::read(&arguments.file).map_err(|unreadable| {
        Complaint::new(Exit::Usage, unreadable.message())
            .hint("stepmark graph FILE takes the path of a Markdown file")
    })?;
    let text = match arguments.format {
        GraphFormat::Mermaid => mermaid(&file.plan),
        GraphFormat::Dot => dot(&file.plan),
        GraphFormat::Json => json_text(&json::graph(&file)),
    };
    say_on_stdout(&text);
    Ok(match file.count(Severity::Error) {
        0 => Exit::Done,
        errors => check::point_to_check(&file, errors),
    })
}
