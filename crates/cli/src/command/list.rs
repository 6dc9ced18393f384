//! `stepmark list`.

mod arguments;
mod flags;
mod last_run;
mod listed;
mod needs;
mod past_runs;
mod past_step;
mod rehearsed;
mod run_result;
mod steps_json;
mod steps_text;
mod table;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use stepmark_parse::Severity;

pub(crate) use arguments::ListArguments;
use last_run::LastRun;
use listed::Listed;
use past_runs::PastRuns;
use past_step::past_steps;
use rehearsed::Rehearsed;
pub(super) use run_result::RunResult;
use steps_json::steps_json;
use steps_text::steps_text;
pub(super) use table::Table;

use super::check::{self, CheckedFile, Unreadable, markdown_files};
use crate::app::{Folders, History, stem_of};
use crate::diagnostics::{json_text, visible};
use crate::say::say_on_stdout;
use crate::{Complaint, Exit};

/// Prints the steps of a runbook, or the runbooks of a folder.
pub(crate) fn list(arguments: &ListArguments) -> Result<Exit, Complaint> {
    match arguments.path.is_dir() {
        true => list_folder(arguments),
        false => list_file(arguments),
    }
}

fn list_file(arguments: &ListArguments) -> Result<Exit, Complaint> {
    let path = &arguments.path;
    let file = CheckedFile::read(path).map_err(|unreadable| {
        Complaint::new(Exit::Usage, unreadable.message())
            .hint("stepmark list takes a Markdown file, or a folder with such files")
    })?;
    let root = runs(path, arguments.log_dir.as_deref());
    let last = LastRun::newest(&root);
    let history = History::of_runbook(&root);
    let past = match &last {
        Some(run) if !matches!(run.result, RunResult::Unreadable(_)) => past_steps(run),
        _ => Ok(HashMap::new()),
    };
    let past = past.unwrap_or_else(|complaint| {
        complaint.print();
        HashMap::new()
    });
    say_on_stdout(&match arguments.json {
        true => json_text(&steps_json(&file, last.as_ref(), &past, &history)),
        false => steps_text(&file, last.as_ref(), &past, &history),
    });
    Ok(match file.count(Severity::Error) {
        0 => Exit::Done,
        errors => check::point_to_check(&file, errors),
    })
}

fn list_folder(arguments: &ListArguments) -> Result<Exit, Complaint> {
    let mut listed = Vec::new();
    for found in markdown_files(std::slice::from_ref(&arguments.path)) {
        let entry = found.and_then(|found| {
            let file = CheckedFile::read(&found.path)?;
            let past = || PastRuns::of(&runs(&found.path, arguments.log_dir.as_deref()), &file);
            Ok(Listed::of(&file, past))
        });
        match entry {
            Ok(entry) => listed.extend(entry),
            Err(unreadable) => warn(&unreadable),
        }
    }
    say_on_stdout(&match arguments.json {
        true => listed.iter().map(|one| json_text(&one.json())).collect(),
        false => folder_text(&arguments.path, &listed),
    });
    Ok(Exit::Done)
}

fn folder_text(folder: &Path, listed: &[Listed]) -> String {
    if listed.is_empty() {
        let shown = visible(&folder.display().to_string());
        return format!("no runbooks below {shown}: no Markdown file there has a step\n");
    }
    let mut table = Table::new(&[
        "file",
        "title",
        "owner",
        ">steps",
        ">errors",
        "last rehearsal",
        "last run",
        "result",
        ">succeeded",
    ]);
    for one in listed {
        let past = &one.past;
        let last = past.last.as_ref();
        let rehearsed = past.rehearsed.as_ref();
        table.row(vec![
            visible(&one.file),
            visible(&one.title),
            visible(one.owner.as_deref().unwrap_or("")),
            one.steps.to_string(),
            match one.errors {
                0 => String::new(),
                errors => errors.to_string(),
            },
            rehearsed.map_or_else(String::new, Rehearsed::phrase),
            last.map_or_else(String::new, LastRun::when),
            last.map_or_else(String::new, |run| visible(&run.result.phrase())),
            past.rate(),
        ]);
    }
    format!("{}\n{}\n", table.text(0), counted(listed.len(), "runbook"))
}

/// The folder of all runs of the runbook at `path`.
fn runs(path: &Path, log_dir: Option<&Path>) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    Folders::runs(folder, &stem_of(path), log_dir)
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

fn warn(unreadable: &Unreadable) {
    crate::say::say_on_stderr(&format!("warning: {}\n", visible(&unreadable.message())));
}
