//! `stepmark check`.

mod arguments;
mod checked_file;
mod github;
mod json;
mod line_starts;
mod markdown_file;
mod markdown_files;
mod tally;
mod unreadable;

use std::collections::HashSet;
use std::path::Path;

use stepmark_core::plan::Step;
use stepmark_parse::Diagnostic;

pub(crate) use arguments::{CheckArguments, CheckFormat};
pub(crate) use checked_file::CheckedFile;
pub(crate) use line_starts::LineStarts;
pub(crate) use markdown_file::MarkdownFile;
pub(crate) use markdown_files::markdown_files;
use tally::Tally;
pub(crate) use unreadable::Unreadable;

use crate::diagnostics::{Drawing, draw, json_text, visible};
use crate::say::{say_on_stderr, say_on_stdout};
use crate::{Complaint, Exit};

/// Prints what is wrong with the files that were named or found.
pub(crate) fn check(arguments: &CheckArguments) -> Result<Exit, Complaint> {
    let mut tally = Tally::default();
    let mut told = HashSet::new();
    for found in markdown_files(&arguments.paths) {
        let is_named = found.as_ref().is_ok_and(|file| file.is_named);
        match found.and_then(|file| CheckedFile::read(&file.path)) {
            Ok(file) => {
                let is_runbook = file.plan.steps.iter().any(Step::is_main);
                if is_runbook || is_named || file.is_broken() {
                    let found = file.new_findings(&mut told);
                    tally.add(&found);
                    say_on_stdout(&said(&file, &found, is_runbook, arguments));
                }
            }
            Err(unreadable) => {
                tally.add_unreadable();
                say_on_stdout(&complained(&unreadable, arguments.format));
            }
        }
    }
    if arguments.format != CheckFormat::Json {
        say_on_stdout(&format!("{}\n", tally.summary()));
    }
    let denied = arguments.deny_warnings && tally.warnings > 0;
    Ok(match tally.errors > 0 || denied {
        true => Exit::Usage,
        false => Exit::Done,
    })
}

/// Says on stderr that `file` has errors, and where to read them, for commands that show such a file nevertheless.
pub(crate) fn point_to_check(file: &CheckedFile, errors: usize) -> Exit {
    let shown = visible(&file.shown);
    let plural = if errors == 1 { "" } else { "s" };
    say_on_stderr(&format!(
        "{shown} has {errors} error{plural}; `stepmark check {shown}` shows them\n"
    ));
    Exit::Usage
}

fn said(
    file: &CheckedFile,
    found: &[Diagnostic],
    is_runbook: bool,
    arguments: &CheckArguments,
) -> String {
    let drawing = match arguments.ascii {
        true => Drawing::Ascii,
        false => Drawing::Unicode,
    };
    match arguments.format {
        CheckFormat::Human if is_runbook || !file.diagnostics.is_empty() => {
            let (path, sources) = (&file.path, &file.sources);
            draw(path, sources, &file.diagnostics, found, drawing)
        }
        CheckFormat::Human if !is_markdown(&file.path) => format!(
            "warning: {} has no steps and is probably no runbook: its name does not end in .md, .markdown or .mdx\n\n",
            visible(&file.shown)
        ),
        CheckFormat::Human => format!("note: {} has no steps\n\n", visible(&file.shown)),
        CheckFormat::Json => found
            .iter()
            .map(|one| json_text(&json::diagnostic(file, one)))
            .collect(),
        CheckFormat::Github => found
            .iter()
            .map(|one| github::diagnostic(&file.shown_at(&one.span), one))
            .collect(),
    }
}

fn is_markdown(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        let endings = ["md", "markdown", "mdx"];
        endings
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
    })
}

fn complained(unreadable: &Unreadable, format: CheckFormat) -> String {
    match format {
        CheckFormat::Human => format!("error: {}\n\n", visible(&unreadable.message())),
        CheckFormat::Json => json_text(&json::unreadable(unreadable)),
        CheckFormat::Github => github::unreadable(unreadable),
    }
}
